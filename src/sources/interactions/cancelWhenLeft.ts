import { asyncScheduler, Observable, Subscription, type Subscriber } from 'rxjs';
import { findErrorBody } from '../../errors/findErrorBody.js';
import { toGeminiError } from '../../errors/toGeminiError.js';
import { reportUnhandled } from '../../rx/reportUnhandled.js';
import type { InteractionRun } from './interactionRun.js';

/** The longest time for which the start of an interaction is read on after its subscriber has left, in ms. */
const maxIdWait = 10_000;

/**
 * Emits the values of a followed interaction, and cancels the interaction if the subscriber leaves before it is over.
 *
 * A subscriber may leave before the server has sent the id. Then the stream is read on, for 10 s at most, until the id is
 * known.
 *
 * @param cancel - Sends the cancellation; its failure is reported, as there is no subscriber left, unless the server has
 * nothing to cancel.
 */
export function cancelWhenLeft<T>(
  source: (output: Subscriber<T>) => Observable<never>,
  run: InteractionRun<T>,
  cancel: (id: string) => Promise<unknown>,
): Observable<T> {
  return new Observable<T>((destination) => {
    const send = (id: string) => {
      // An interaction that is not stored has no id, and does not run in the background.
      if (id !== '') cancel(id).catch(reportFailure);
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

/** Reports the failure of a cancellation, unless the interaction has ended meanwhile, or is unknown. */
function reportFailure(cause: unknown): void {
  const error = toGeminiError(cause);
  const isOver = error.status === 404 || findErrorBody(cause, true)?.code === 'failed_precondition';
  if (!isOver) reportUnhandled(error);
}
