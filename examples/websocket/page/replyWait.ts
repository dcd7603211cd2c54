import { make } from './find.js';
import type { Chunk } from './wire.js';

/** The silence after which it is told, in ms. */
const silentFrom = 3_000;

/** The waits of a reply: in the queue, for another request, and for more text. */
export class ReplyWait {
  #queuedAt = 0;
  /** The time of the next request, and the kind of failure that it follows. */
  #retry: { readonly at: number; readonly kind: string } | undefined;
  #isResumed = false;
  #lastText = Date.now();

  receive({ text, queued, retrying, resumed }: Chunk): void {
    const isWaiting = this.#queuedAt > 0 || this.#retry !== undefined;
    this.#queuedAt = queued?.position ?? 0;
    this.#retry = retrying && retrying.delay > 0 ? { at: Date.now() + retrying.delay, kind: retrying.kind } : undefined;
    this.#isResumed ||= resumed !== undefined;
    // The silence of the model begins when the request does.
    if (text !== '' || isWaiting) this.#lastText = Date.now();
  }

  /** The connection of this page broke, and the reply comes again. */
  resume(): void {
    this.#isResumed = true;
    this.#lastText = Date.now();
  }

  /** The words for the reader at this moment; none if there is no wait. */
  words(): (Node | string)[] {
    const now = Date.now();
    if (this.#queuedAt > 0) return [`Place ${this.#queuedAt} in the queue`];
    if (this.#retry) {
      const seconds = Math.max(1, Math.ceil((this.#retry.at - now) / 1000));
      return [`Trying again in ${seconds} s`, ' ', make('code', {}, this.#retry.kind)];
    }
    const words = this.#isResumed ? ['The connection broke; the reply goes on'] : [];
    const silence = now - this.#lastText;
    if (silence >= silentFrom) words.push(`No text for ${Math.floor(silence / 1000)} s`);
    return words.length > 0 ? [words.join(' · ')] : [];
  }
}
