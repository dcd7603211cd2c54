import { Observable, Subscription, takeUntil, type OperatorFunction, type Subscriber } from 'rxjs';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import { assertOptions, assertPositive } from '../../rx/assertions.js';
import { Trampoline } from '../../rx/trampoline.js';
import { Turn } from './turn.js';
import { TurnSequence } from './turnSequence.js';

/** Options of {@link toTurns}. @public */
export interface ToTurnsOptions {
  /**
   * The maximum memory of a turn that has no subscriber yet, in bytes, estimated: two bytes for each UTF-16 unit of
   * text, data and arguments. A larger turn fails, kind `overflow` with `limit: 'memory'`; the other turns do not.
   *
   * @defaultValue 16_777_216: 16 MB
   */
  readonly maxBuffered?: number | undefined;
}

/**
 * Turns the messages of a Live session into one Observable of chunks for each turn of the model, so that every operator
 * for replies works on a turn.
 *
 * A turn is emitted when the model begins to speak, and has its parts, its function calls (a call does not end the
 * turn), the token counts under the names of a reply, and the sources. `turnComplete` ends it with a finish reason: that
 * of `turnCompleteReason`, `'STOP'` by default. The transcript of the model's speech is its answer text; in a session
 * whose model answers in text, the transcript would be the same text again and is left out. The transcript of the
 * user's speech is a mark, `heard`, in notices: all words so far, since the end of the turn before.
 *
 * **Interruption.** When the user interrupts, the turn emits the rest of that message with the mark
 * `stopped: { reason: 'interrupted' }` and completes; then, in the same task, the next turn is emitted, still silent. So
 * `switchMap(play)` stops the playback at once, and the player has seen the mark. After a turn that had ended by itself,
 * whose sound may still play, an interruption emits the next turn as well. Token counts that arrive while no
 * model speaks, such as those that end an interrupted turn, are in the next turn. A question that was refused
 * (`turnCompleteReason` names a safety rule) is a turn with that finish only.
 *
 * **Another connection.** A turn whose rest was lost with its connection emits a notice with the mark `resumed`, if the
 * connection failed, and completes without a finish reason, which `classifyErrors` reports as `truncated`.
 *
 * As with `groupBy`, the session stays open as long as the result or any turn of it is subscribed:
 * `toTurns(), take(1), mergeAll()` plays the first turn to its end, and then closes the session. An error of the session fails the open turn
 * and the result; completion completes both.
 *
 * A turn has one subscriber; a second one fails with a TypeError: apply {@link shareReply} to the turn for several.
 * Until it comes, the turn holds its chunks, merged, up to `maxBuffered`. Chunks of a turn that was unsubscribed are
 * dropped. A turn that is still open when the last subscriber leaves fails, kind `cancelled`, for a later subscriber.
 * Lossless.
 *
 * @param options - See {@link ToTurnsOptions}.
 * @returns An operator from messages to turns.
 * @throws TypeError, RangeError - At the call, if `maxBuffered` is not a positive number.
 * @example
 * ```ts
 * const messages$ = of(
 *   { serverContent: { inputTranscription: { text: 'Hello?' } } },
 *   { serverContent: { outputTranscription: { text: 'Hello, ' } } },
 *   { serverContent: { interrupted: true } },
 *   { serverContent: { outputTranscription: { text: 'Yes?' } } },
 * );
 * messages$.pipe(toTurns(), concatMap(finalResponse())).subscribe(({ heard, text, stopped }) => {
 *   console.log(heard?.text, text, stopped?.reason);
 * });
 * ```
 * @public
 */
export function toTurns(options: ToTurnsOptions = {}): OperatorFunction<LiveMessage, Observable<GeminiChunk>> {
  assertOptions(options);
  const { maxBuffered = 16 * 1024 * 1024 } = options;
  assertPositive('maxBuffered', maxBuffered);

  return (source) =>
    new Observable((destination) => {
      const lease = new Lease();
      const sequence = new TurnSequence(
        destination,
        () => new Turn(maxBuffered, (subscriber) => lease.add(subscriber)),
      );
      const { subscription } = lease;
      subscription.add(() => sequence.abandon());
      lease.add(destination);
      // A subscriber may cause the next message within its `next`.
      const trampoline = new Trampoline();
      const inOrder =
        <A>(handler: (value: A) => void) =>
        (value?: A) => {
          trampoline.schedule(() => {
            if (subscription.closed) return;
            try {
              handler(value as A);
            } catch (cause) {
              sequence.error(cause);
            }
          });
        };
      // The subscription alone is not enough: a source may emit endlessly while it is still being subscribed.
      const left$ = new Observable<void>((notifier) => subscription.add(() => notifier.next()));
      subscription.add(
        source.pipe(takeUntil(left$)).subscribe({
          next: inOrder((message) => sequence.next(message)),
          error: inOrder((cause) => sequence.error(cause)),
          complete: inOrder(() => sequence.complete()),
        }),
      );
    });
}

/** A subscription that is unsubscribed once all its holders are. */
class Lease {
  readonly subscription = new Subscription();
  #holders = 0;

  add(holder: Subscriber<unknown>): void {
    this.#holders += 1;
    holder.add(() => {
      this.#holders -= 1;
      if (this.#holders === 0) this.subscription.unsubscribe();
    });
  }
}
