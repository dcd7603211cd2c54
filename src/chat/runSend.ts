import { catchError, concat, defer, finalize, tap, throwError, type Observable } from 'rxjs';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { runToolLoop, type ToolLoopOptions } from './runToolLoop.js';
import type { Requester } from './createRequester.js';
import type { ChatState } from './chatState.js';
import type { WhenCut } from './cutOff.js';
import { SendTransaction, type SendPlan } from './sendTransaction.js';
import type { SendQueue } from './sendQueue.js';

/** The parts of a chat that its replies share. */
interface Replies {
  readonly state: ChatState;
  readonly line: SendQueue;
  readonly whenCut: WhenCut;
  readonly ask: Requester;
  readonly rules: Omit<ToolLoopOptions, 'request'>;
}

/** The reply to one send: it joins the queue at the subscription, and leaves it at the end. */
export function runSend(plan: SendPlan, replies: Replies, onRequest: () => void): Observable<GeminiChunk> {
  const { state, line, whenCut, ask, rules } = replies;
  return defer(() => {
    const exchange = new SendTransaction(state, plan, whenCut);
    const place = line.enqueue();
    state.publish();
    const leave = () => {
      // Only the first end has an effect.
      exchange.leave();
      line.remove(place);
    };
    const send = () => {
      exchange.send();
      onRequest();
    };
    const answer$ = defer(() => {
      exchange.begin();
      return runToolLoop(exchange, { ...rules, request: (turns) => ask(turns, send) });
    });
    return concat(place.ready$, answer$).pipe(
      takeUntilCancel(place.cancel$),
      catchError((cause: unknown) => throwError(() => toGeminiError(cause))),
      tap({
        next: ({ cancelled }) => {
          if (cancelled) exchange.cancel();
        },
        error: (cause: unknown) => {
          exchange.fail(toGeminiError(cause));
          leave();
        },
        complete: () => {
          exchange.complete();
          leave();
        },
      }),
      finalize(leave),
    );
  });
}
