import { byId } from './element.ts';

/** A button that copies a text, and says for two seconds whether it did. */
export function copyButton(id: string, text: () => string | Promise<string>, copied = 'Copied'): void {
  const button = byId<HTMLButtonElement>(id);
  const label = button.textContent;
  let timer = 0;
  const say = (words: string) => {
    button.textContent = words;
    clearTimeout(timer);
    timer = window.setTimeout(() => (button.textContent = label), 2000);
  };
  button.addEventListener('click', () => {
    void Promise.resolve(text())
      .then((value) => navigator.clipboard.writeText(value))
      .then(
        () => say(copied),
        () => say('Not allowed'),
      );
  });
}
