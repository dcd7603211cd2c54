import { find } from './find.js';

/** The functions that the buttons call. */
export interface ControlActions {
  start(): void;
  stop(): void;
  /** Opens or closes the microphone. */
  listen(isListening: boolean): void;
}

/** The buttons of the session, and the line for its failure. */
export class Controls {
  readonly #toggle = find<HTMLButtonElement>('#toggle');
  readonly #mute = find<HTMLButtonElement>('#mute');
  readonly #failure = find('#failure');
  #isRunning = false;
  #isListening = false;

  constructor({ start, stop, listen }: ControlActions) {
    this.#toggle.addEventListener('click', ({ detail }) => {
      // The second click of a double click must not end what the first has begun.
      if (detail > 1) return;
      if (this.#isRunning) stop();
      else start();
    });
    this.#mute.addEventListener('click', () => listen(!this.#isListening));
    find('#again').addEventListener('click', start);
  }

  show({ isRunning, isListening }: { readonly isRunning: boolean; readonly isListening: boolean }): void {
    this.#isRunning = isRunning;
    this.#isListening = isListening;
    this.#toggle.dataset['running'] = String(isRunning);
    find('span', this.#toggle).textContent = isRunning ? 'Stop' : 'Start';
    // The focus would be lost with the button.
    if (!isRunning && document.activeElement === this.#mute) this.#toggle.focus();
    this.#mute.hidden = !isRunning;
    this.#mute.textContent = isListening ? 'Mute' : 'Unmute';
    if (isRunning) this.#hideFailure();
  }

  fail(sentence: string): void {
    this.#failure.hidden = false;
    find('p', this.#failure).textContent = sentence;
  }

  #hideFailure(): void {
    if (this.#failure.contains(document.activeElement)) this.#toggle.focus();
    this.#failure.hidden = true;
    find('p', this.#failure).textContent = '';
  }
}
