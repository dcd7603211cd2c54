import { make } from './find.js';
import { highlight } from './highlight.js';

/** The time for which the button says that it has copied, in ms. */
const copiedFor = 2_000;

/** A block of code, with its language and a button that copies it. */
export function codeBlock(text: string, language: string, isGrowing: boolean): HTMLElement {
  const code = make('code', { dir: 'ltr' }, highlight(text, language, isGrowing));
  const name = make('span', { className: 'language' }, language || 'text');
  const copy = make('button', { type: 'button', className: 'copy' }, 'Copy code');
  const head = make('div', { className: 'code-head' }, name, copy);
  return make('div', { className: 'code' }, head, make('pre', { tabIndex: 0, dir: 'ltr' }, code));
}

/** Makes the buttons of all blocks of code in an element work. */
export function enableCopy(element: HTMLElement): void {
  element.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('.copy') : null;
    const code = button?.closest('.code')?.querySelector('code');
    if (button && code) void copy(button, code.textContent);
  });
}

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    // No permission, or a page that is not served over HTTPS.
    button.textContent = 'Not copied';
  }
  setTimeout(() => (button.textContent = 'Copy code'), copiedFor);
}
