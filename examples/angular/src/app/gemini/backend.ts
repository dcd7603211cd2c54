import { HttpClient } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import { catchError, exhaustMap, of, timer, type Observable } from 'rxjs';
import { fromSse, type GeminiContent, type GeminiChunk } from 'rxjs-gemini';

/** A question. Others may watch its reply by the id. */
export interface Question {
  readonly id: string;
  readonly prompt: string;
  readonly history: readonly GeminiContent[];
}

/** The status of the backend; undefined while it does not answer. */
export type Health = { readonly running: number } | undefined;

/** The routes of the NestJS example. The API key stays there. */
@Injectable({ providedIn: 'root' })
export class Backend {
  readonly #http = inject(HttpClient);

  /** Asks on subscription; unsubscribing closes the request. */
  ask(question: Question): Observable<GeminiChunk> {
    return fromSse('/api/replies', { json: question });
  }

  /** A reply that somebody else asked for: the part so far as one chunk, then the rest live. */
  watch(id: string): Observable<GeminiChunk> {
    return fromSse(`/api/replies/${encodeURIComponent(id)}/events`);
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
