import { find } from './find.js';

/** The box where the person writes. */
export class Composer {
  readonly #box = find<HTMLTextAreaElement>('#message');
  readonly #send = find<HTMLButtonElement>('#send');
  readonly #stop = find<HTMLButtonElement>('#stop');
  #isConnected = false;

  constructor(actions: { ask(prompt: string): void; stop(): void }) {
    find('#composer').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#send.disabled) return;
      const prompt = this.#box.value;
      this.#box.value = '';
      this.#update();
      actions.ask(prompt);
      this.#box.focus();
    });
    this.#box.addEventListener('keydown', (event) => {
      // Enter that ends the input of a word, in Japanese for example, is not meant for us. Safari ends the composition
      // before that Enter, whose code is 229.
      const isInput = event.isComposing || event.keyCode === 229;
      if (event.key !== 'Enter' || event.shiftKey || isInput) return;
      event.preventDefault();
      find<HTMLFormElement>('#composer').requestSubmit();
    });
    this.#box.addEventListener('input', () => this.#update());
    this.#stop.addEventListener('click', () => actions.stop());
    this.#update();
  }

  set isConnected(value: boolean) {
    this.#isConnected = value;
    this.#update();
  }

  /** Whether there is a reply that the button stops. */
  set canStop(value: boolean) {
    // The focus would be lost with the button.
    if (!value && document.activeElement === this.#stop) this.#box.focus();
    this.#stop.hidden = !value;
  }

  /** Gives words back that did not reach the room, unless there are others by now. */
  restore(prompt: string): void {
    if (this.#box.value === '') this.#box.value = prompt;
    this.#update();
  }

  #update(): void {
    this.#send.disabled = !this.#isConnected || this.#box.value.trim() === '';
  }
}
