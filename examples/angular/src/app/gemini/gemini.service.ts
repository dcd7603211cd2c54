import { inject, Injectable } from '@angular/core';
import type { Observable } from 'rxjs';
import {
  classifyErrors,
  renderEvery,
  smoothText,
  takeUntilCancel,
  timeoutReply,
  toReplyState,
  withMetrics,
  withProgress,
  type GeminiChunk,
  type ReplyState,
} from 'rxjs-gemini';
import { Backend, type Question } from './backend';

/** The usual length of an answer in tokens: 100 percent of the progress bar. */
const expectedTokens = 300;

/** Replies, as a view wants them. */
@Injectable({ providedIn: 'root' })
export class GeminiService {
  readonly #backend = inject(Backend);

  /** Asks on subscription. A value of `stop$` ends the reply and says why; unsubscribing ends it, too. */
  ask(question: Question, stop$: Observable<string>): Observable<ReplyState> {
    return toView(this.#backend.ask(question), stop$);
  }

  /** Watches a reply that was asked for elsewhere. */
  watch(id: string, stop$: Observable<string>): Observable<ReplyState> {
    return toView(this.#backend.watch(id), stop$);
  }
}

/**
 * No retry: the backend retries transient failures, and a person decides about the others. The metrics are
 * above the smoothing, or they would measure it.
 */
function toView(reply$: Observable<GeminiChunk>, stop$: Observable<string>): Observable<ReplyState> {
  return reply$.pipe(
    timeoutReply({ first: 60_000, each: 30_000 }),
    classifyErrors(),
    takeUntilCancel(stop$),
    withMetrics(),
    withProgress({ expectedTokens }),
    smoothText(),
    toReplyState(),
    renderEvery({ frame: true }),
  );
}
