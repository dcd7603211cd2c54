import { catchError, concat, defer, finalize, tap, throwError, type Observable } from 'rxjs';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { answer, type AnswerRules } from './answer.js';
import type { Ask } from './askModel.js';
import type { ChatState } from './chatState.js';
import type { WhenCut } from './cutOff.js';
import { Exchange, type ExchangePlan } from './exchange.js';
import type { SendLine } from './sendLine.js';

/** The parts of a chat that its replies share. */
interface Replies {
  readonly state: ChatState;
  readonly line: SendLine;
  readonly whenCut: WhenCut;
  readonly ask: Ask;
  readonly rules: Omit<AnswerRules, 'ask'>;
}

/** The reply to one send: it joins the queue at the subscription, and leaves it at the end. */
export function replyTo(plan: ExchangePlan, replies: Replies, onRequest: () => void): Observable<GeminiChunk> {
  const { state, line, whenCut, ask, rules } = replies;
  return defer(() => {
    const exchange = new Exchange(state, plan, whenCut);
    const place = line.join();
    state.publish();
    const leave = () => {
      // Only the first end has an effect.
      exchange.leave();
      line.leave(place);
    };
    const send = () => {
      exchange.send();
      onRequest();
    };
    const answer$ = defer(() => {
      exchange.begin();
      return answer(exchange, { ...rules, ask: (turns) => ask(turns, send) });
    });
    return concat(place.turn$, answer$).pipe(
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
