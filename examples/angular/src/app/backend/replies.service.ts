import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { catchError, exhaustMap, of, timer, type Observable } from 'rxjs';
import { fromSse, renderEvery, toReplyState, type ReplyState } from 'rxjs-gemini';
import { forView } from '../reply/forView';

/** The status of the backend; undefined while it does not answer. */
export type Health = { readonly running: number } | undefined;

/** The other routes of the NestJS example. */
@Injectable({ providedIn: 'root' })
export class RepliesService {
  readonly #http = inject(HttpClient);

  /** A reply that another tab has asked for: the part so far as one chunk, then the rest live. */
  watch(id: string): Observable<ReplyState> {
    const reply$ = fromSse(`/api/replies/${encodeURIComponent(id)}/events`);
    return forView(reply$).pipe(toReplyState(), renderEvery({ frame: true }));
  }

  /** Ends a reply for all who watch it. */
  cancel(id: string): Observable<unknown> {
    return this.#http.delete(`/api/replies/${encodeURIComponent(id)}`);
  }

  /** Polls the status. */
  health(): Observable<Health> {
    return timer(0, 2_000).pipe(
      exhaustMap(() => this.#http.get<Health>('/api/health').pipe(catchError(() => of(undefined)))),
    );
  }
}
