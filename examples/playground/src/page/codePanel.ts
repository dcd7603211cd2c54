import type { ProgramFailure } from '../run/protocol.ts';
import type { Editor } from './editor.ts';
import { byId, html } from './element.ts';
import { placedFailure } from './placedFailure.ts';
import { withoutSubscriptions } from './standaloneCode.ts';

/** The program under the diagram: highlighted, and an editor on demand. */
export class CodePanel {
  readonly #code = byId('code');
  readonly #edit = byId<HTMLButtonElement>('edit');
  readonly #reset = byId<HTMLButtonElement>('reset');
  readonly #alert = byId('failure');
  readonly #onRun: () => void;
  #generated = '';
  #text = '';
  #editor: Editor | undefined;

  constructor(onRun: () => void) {
    this.#onRun = onRun;
    this.#edit.addEventListener('click', () => void this.#startEditor());
    this.#reset.addEventListener('click', () => {
      this.show(this.#generated);
      this.#edit.focus();
      onRun();
    });
  }

  /** The program to run, copy or share. */
  get code(): string {
    return withoutSubscriptions(this.#editor?.code ?? this.#text);
  }

  /** The code, if it is not the generated one. */
  get editedCode(): string | undefined {
    return this.code === this.#generated ? undefined : this.code;
  }

  /** Shows a generated program, or an edited one in its place; ends the editor. */
  show(generated: string, edited?: string): void {
    this.#editor?.destroy();
    this.#editor = undefined;
    this.#generated = generated;
    this.#text = edited ?? generated;
    this.#edit.hidden = false;
    this.#reset.hidden = edited === undefined;
    this.clearFailure();
    this.#draw();
  }

  async showFailure(failure: ProgramFailure): Promise<void> {
    const { code } = this;
    const placed = await placedFailure(failure, code);
    if (code !== this.code) return;
    const place = placed.line === undefined ? '' : `Line ${String(placed.line)}: `;
    this.#alert.textContent = place + placed.message;
    this.#alert.hidden = false;
    this.#editor?.show(placed);
    if (!this.#editor) this.#markLine(placed.line);
  }

  clearFailure(): void {
    this.#alert.hidden = true;
    this.#alert.textContent = '';
    this.#editor?.show(undefined);
    this.#markLine(undefined);
  }

  #draw(): void {
    const pre = html('pre', { tabindex: '0', 'aria-label': 'Program', role: 'region' }, html('code', {}, this.#text));
    this.#code.replaceChildren(pre);
    const text = this.#text;
    void import('./highlight.ts').then(({ highlight }) => {
      const code = pre.querySelector('code');
      if (code && text === this.#text) code.innerHTML = highlight(text);
    });
  }

  #markLine(line: number | undefined): void {
    const pre = this.#code.querySelector('pre');
    pre?.querySelector('.bad-line')?.remove();
    if (!pre || line === undefined) return;
    const mark = html('span', { class: 'bad-line', 'aria-hidden': 'true' });
    mark.style.setProperty('--line-number', String(line));
    pre.append(mark);
  }

  async #startEditor(): Promise<void> {
    this.#edit.disabled = true;
    const text = this.#text;
    const { Editor } = await import('./editor.ts');
    this.#edit.disabled = false;
    if (text !== this.#text) return;
    this.#code.replaceChildren();
    this.#editor = new Editor(this.#code, text, this.#onRun);
    this.#edit.hidden = true;
    this.#reset.hidden = false;
    this.#editor.focus();
  }
}
