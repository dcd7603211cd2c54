/**
 * Makes the children of an element, from an index on, like those of a fragment. Nodes that are alike stay: so do the
 * selection, the focus, and how far a table is scrolled, while the text around them grows.
 */
export function patchChildren(element: Node, made: Node, from = 0): void {
  const nodes = [...made.childNodes];
  for (const [index, node] of nodes.entries()) {
    const present = element.childNodes[from + index];
    if (!present) element.appendChild(node);
    else if (isAlike(present, node)) patch(present, node);
    else element.replaceChild(node, present);
  }
  while (element.childNodes.length > from + nodes.length) element.lastChild?.remove();
}

function isAlike(present: Node, node: Node): boolean {
  if (present.nodeName !== node.nodeName) return false;
  return !(present instanceof Element && node instanceof Element) || present.className === node.className;
}

function patch(present: Node, node: Node): void {
  if (present instanceof Text && node instanceof Text) patchText(present, node.data);
  // A button has a state of its own: "Copied".
  if (!(present instanceof Element && node instanceof Element) || present instanceof HTMLButtonElement) return;
  for (const { name, value } of node.attributes) {
    if (present.getAttribute(name) !== value) present.setAttribute(name, value);
  }
  patchChildren(present, node);
}

function patchText(present: Text, text: string): void {
  if (text === present.data) return;
  if (text.startsWith(present.data)) present.appendData(text.slice(present.length));
  else present.data = text;
}
