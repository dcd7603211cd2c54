import { find } from './find.js';

/** A turn of the model, and before it the words of the person that it answers. What has no words is not shown. */
export class TurnView {
  readonly #heard: HTMLElement;
  readonly #spoken: HTMLElement;

  constructor(heard: HTMLElement, spoken: HTMLElement) {
    this.#heard = heard;
    this.#spoken = spoken;
  }

  /** Shows the words of the person, all that are known. They may come after the answer has begun. */
  hear(text: string): void {
    if (text === '') return;
    this.#heard.hidden = false;
    find('.text', this.#heard).textContent = text;
  }

  /** Adds words of the model. */
  speak(text: string): void {
    if (text === '') return;
    this.#spoken.hidden = false;
    find('.text', this.#spoken).append(text);
  }

  /** Shows that the model calls a function of this page. */
  call(name: string): void {
    this.#spoken.hidden = false;
    const note = find('.call', this.#spoken);
    note.hidden = false;
    note.textContent = `Calls ${name}`;
  }

  /** Marks the end of the turn. */
  end(status: 'complete' | 'interrupted' | 'stopped'): void {
    if (this.#spoken.dataset['status'] !== 'streaming') return;
    this.#spoken.dataset['status'] = status;
    const note = find('.end', this.#spoken);
    note.hidden = status === 'complete';
    note.textContent = status === 'interrupted' ? 'Interrupted' : 'Stopped';
  }
}
