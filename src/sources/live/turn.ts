import { Observable, type Subscriber } from 'rxjs';
import { contentBytes } from '../../chunk/chunkBytes.js';
import { ChunkBuilder } from '../../chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { GeminiError } from '../../errors/geminiError.js';

/**
 * One turn of the model, for one subscriber: holds its chunks, merged, until that subscriber comes, and passes them on
 * from then on. The chunks of a turn that was left are dropped.
 */
export class Turn {
  readonly chunks$: Observable<GeminiChunk>;
  readonly #maxBuffered: number;
  /** The chunks before the subscription, and their size. */
  #held: ChunkBuilder | undefined;
  #bytes = 0;
  #isTaken = false;
  #subscriber: Subscriber<GeminiChunk> | undefined;
  /** The end of the turn, for its subscriber; undefined while the turn is open. */
  #ending: ((subscriber: Subscriber<GeminiChunk>) => void) | undefined;

  /** @param onSubscription - Called with the subscriber of a turn that is still open. */
  constructor(maxBuffered: number, onSubscription: (subscriber: Subscriber<GeminiChunk>) => void) {
    this.#maxBuffered = maxBuffered;
    this.chunks$ = new Observable((subscriber) => {
      if (this.#isTaken) subscriber.error(takenTwice());
      else this.#pass(subscriber, onSubscription);
    });
  }

  next(chunk: GeminiChunk): void {
    if (this.#ending) return;
    if (this.#isTaken) this.#subscriber?.next(chunk);
    else this.#hold(chunk);
  }

  complete(): void {
    this.#end((subscriber) => subscriber.complete());
  }

  error(cause: unknown): void {
    this.#end((subscriber) => subscriber.error(cause));
  }

  /** Fails a turn that is still open, because nobody listens to its session any more. */
  abandon(): void {
    const message = 'The session was left before this turn had ended and was subscribed';
    this.error(new GeminiError(message, { kind: 'cancelled', partial: this.#held?.snapshot() }));
  }

  #pass(subscriber: Subscriber<GeminiChunk>, onSubscription: (subscriber: Subscriber<GeminiChunk>) => void): void {
    const held = this.#held;
    const ending = this.#ending;
    this.#isTaken = true;
    // Stryker disable next-line all: decides only when the memory of the chunks is freed
    this.#held = undefined;
    if (!ending) {
      this.#subscriber = subscriber;
      // Stryker disable next-line all: decides only when the memory of the subscriber is freed
      subscriber.add(() => (this.#subscriber = undefined));
      onSubscription(subscriber);
    }
    if (held) subscriber.next(held.snapshot());
    ending?.(subscriber);
  }

  #hold(chunk: GeminiChunk): void {
    this.#held ??= new ChunkBuilder();
    this.#held.append(chunk);
    this.#bytes += contentBytes(chunk);
    if (this.#bytes > this.#maxBuffered) this.error(heldTooMuch(this.#maxBuffered, this.#held.snapshot()));
  }

  #end(ending: (subscriber: Subscriber<GeminiChunk>) => void): void {
    if (this.#ending) return;
    this.#ending = ending;
    if (this.#subscriber) ending(this.#subscriber);
  }
}

function takenTwice(): TypeError {
  return new TypeError(
    'Expected one subscription to a turn of `toTurns`, because its chunks are not kept; apply `shareReply()` to the turn, and subscribe to the result several times',
  );
}

function heldTooMuch(maxBuffered: number, partial: GeminiChunk): GeminiError {
  const message = `A turn that nobody has subscribed yet is larger than ${maxBuffered} bytes, its \`maxBuffered\``;
  return new GeminiError(message, { kind: 'overflow', limit: 'memory', partial });
}
