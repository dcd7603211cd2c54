import { catchError, concat, defer, finalize, tap, throwError, type Observable } from 'rxjs';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import type { ChatState } from './chatState.js';
import type { Requester } from './createRequester.js';
import { runToolLoop, type ToolLoopOptions } from './runToolLoop.js';
import type { SendQueue } from './sendQueue.js';
import { SendTransaction, type SendPlan } from './sendTransaction.js';

/** The parts of a chat that its sends share. */
export interface SendContext {
  readonly state: ChatState;
  readonly queue: SendQueue;
  readonly request: Requester;
  readonly loop: Omit<ToolLoopOptions, 'request'>;
}

/**
 * The reply to one send: enqueued at the subscription, then the tool loop, and removed from the queue at the end. The
 * transaction records in the chat's state how the reply begins and ends.
 *
 * @param onRequest - Called when a request goes out.
 */
export function runSend(plan: SendPlan, context: SendContext, onRequest: () => void): Observable<GeminiChunk> {
  const { state, queue, request, loop } = context;
  return defer(() => {
    const transaction = new SendTransaction(state, plan, () => queue.remove(send));
    const send = queue.enqueue();
    state.publish();
    const release = () => {
      // Only the first end of a transaction has an effect.
      transaction.abandon();
      queue.startNext();
    };
    const reply$ = defer(() => {
      const writer = transaction.begin();
      const markRequested = (sentMessages: number) => {
        writer.markRequested(sentMessages);
        transaction.markRequested();
        onRequest();
      };
      return runToolLoop(writer, { ...loop, request: (messages) => request(messages, markRequested) });
    });
    return concat(send.ready$, reply$).pipe(
      takeUntilCancel(send.cancel$),
      catchError((cause: unknown) => throwError(() => toGeminiError(cause))),
      tap({
        next: ({ cancelled }) => {
          if (cancelled) transaction.cancel();
        },
        error: (cause: unknown) => {
          transaction.fail(toGeminiError(cause));
          release();
        },
        complete: () => {
          transaction.complete();
          release();
        },
      }),
      finalize(release),
    );
  });
}
