type Child = Node | string;

/** Makes an HTML element with properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Writes a text only where it has changed, so that nothing is laid out or announced in vain. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

let made = 0;

/** An id that no other element of the page has. */
export function newId(name: string): string {
  made += 1;
  return `stage-${name}-${String(made)}`;
}
