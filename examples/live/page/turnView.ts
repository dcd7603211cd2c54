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

  /** Marks the end of the turn. */
  end(status: 'complete' | 'interrupted' | 'stopped'): void {
    if (this.#spoken.dataset['status'] !== 'streaming') return;
    this.#spoken.dataset['status'] = status;
    if (status !== 'complete') find('.note', this.#spoken).hidden = false;
    if (status === 'stopped') find('.note', this.#spoken).textContent = 'Stopped';
  }
}
