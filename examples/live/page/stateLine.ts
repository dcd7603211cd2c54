import type { LiveMessage } from 'rxjs-gemini';
import { find } from './find.js';

const words = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  listening: 'Listening',
  ready: 'Ready',
  speaking: 'Speaking',
  moving: 'Changing the connection…',
  broken: 'The connection broke; connecting again…',
  resumed: 'Connected again',
} as const;

type State = keyof typeof words;

/** The line that says how the session stands. A screen reader reads it out, so that it changes seldom. */
export class StateLine {
  readonly #element = find('#state');
  readonly #dropped = find('#dropped');
  #droppedCount = 0;
  #isOpen = false;
  #isSpeaking = false;
  #isListening = false;

  connect(): void {
    this.#droppedCount = 0;
    this.#dropped.hidden = true;
    this.#show('connecting');
  }

  disconnect(): void {
    this.#isOpen = false;
    this.#show('idle');
  }

  receive({ setupComplete, goAway, retrying, resumed, dropped = 0 }: LiveMessage): void {
    if (setupComplete) this.#isOpen = true;
    // `resumed.dropped` is the sum of these messages.
    this.#count(dropped);
    if (retrying) this.#show('broken');
    else if (goAway) this.#show('moving');
    else if (resumed) this.#show('resumed');
    else if (setupComplete) this.#update();
  }

  set isSpeaking(value: boolean) {
    this.#isSpeaking = value;
    this.#update();
  }

  set isListening(value: boolean) {
    this.#isListening = value;
    this.#update();
  }

  #update(): void {
    if (this.#isOpen) this.#show(this.#isSpeaking ? 'speaking' : this.#isListening ? 'listening' : 'ready');
  }

  #show(state: State): void {
    this.#element.dataset['state'] = state;
    // The same words again would be read out again.
    if (this.#element.textContent !== words[state]) this.#element.textContent = words[state];
  }

  #count(dropped: number): void {
    if (dropped === 0) return;
    this.#droppedCount += dropped;
    this.#dropped.hidden = false;
    const pieces = this.#droppedCount === 1 ? '1 piece' : `${this.#droppedCount} pieces`;
    this.#dropped.textContent = `Dropped ${pieces} of your voice: the connection is too slow.`;
  }
}
