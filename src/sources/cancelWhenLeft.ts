import { asyncScheduler, Observable, Subscription, type Subscriber } from 'rxjs';
import { toGeminiError } from '../errors/toGeminiError.js';
import { reportUnhandled } from '../rx/reportUnhandled.js';
import type { InteractionRun } from './interactionRun.js';

/** The longest time for which the start of an interaction is read on after its subscriber has left, in ms. */
const maxIdWait = 10_000;

/**
 * Emits the values of a followed interaction, and cancels the interaction if the subscriber leaves before it is over.
 *
 * A subscriber may leave before the server has sent the id. Then the stream is read on, for 10 s at most, until the id is
 * known.
 *
 * @param cancel - Sends the cancellation; its failure is reported, as there is no subscriber left.
 */
export function cancelWhenLeft<T>(
  source: (output: Subscriber<T>) => Observable<never>,
  run: InteractionRun<T>,
  cancel: (id: string) => Promise<unknown>,
): Observable<T> {
  return new Observable<T>((destination) => {
    const send = (id: string) => {
      // An interaction that is not stored has no id, and does not run in the background.
      if (id !== '') cancel(id).catch((cause: unknown) => reportUnhandled(toGeminiError(cause)));
    };
    let hasEnded = false;
    const wait = new Subscription();
    const reading = source(destination).subscribe({
      error(error: unknown) {
        hasEnded = true;
        wait.unsubscribe();
        if (!destination.closed) destination.error(error);
      },
      complete() {
        hasEnded = true;
        wait.unsubscribe();
        destination.complete();
      },
    });
    destination.add(() => {
      const isLeft = !hasEnded && !run.isOver && run.isSent;
      if (!isLeft || run.id !== undefined) {
        reading.unsubscribe();
        if (isLeft && run.id !== undefined) send(run.id);
        return;
      }
      run.onId = (id) => {
        wait.unsubscribe();
        reading.unsubscribe();
        send(id);
      };
      wait.add(
        asyncScheduler.schedule(() => {
          reading.unsubscribe();
        }, maxIdWait),
      );
    });
  });
}
