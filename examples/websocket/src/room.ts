import { randomUUID } from 'node:crypto';
import { asyncScheduler, BehaviorSubject, defer, finalize, Subject, tap, throttleTime, type Observable } from 'rxjs';
import { GeminiError, shareReply, takeUntilCancel, withMetrics, type GeminiChunk } from 'rxjs-gemini';
import type { Ask } from './gemini.js';

/** The news for everybody in the room. */
export interface RoomNews {
  /** The number of pages in the room. */
  readonly present: number;
  /** The questions, oldest first. */
  readonly asked: readonly { readonly id: string; readonly prompt: string }[];
}

interface Reply {
  readonly prompt: string;
  /** The first subscription asks the model; each later one gets the part that it missed, then the rest live. */
  readonly chunks$: Observable<GeminiChunk>;
  /** A value cancels the reply for all, an error fails it. */
  readonly cancel$: Subject<string>;
}

/** The time that a reply continues without a reader, in ms: a page that is reloaded finds it again. */
const grace = 3_000;

/** The number of replies that are kept for late readers. */
export const maxReplies = 50;

/** The least time between two news, in ms: when many come at once, each would be told of each. */
const newsEvery = 100;

/** Whoever is in the room watches the same replies: one request to the model each, however many they are. */
export class Room {
  readonly #ask: Ask;
  readonly #replies = new Map<string, Reply>();
  readonly #news$ = new BehaviorSubject<RoomNews>({ present: 0, asked: [] });

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The news now and at each change. Who subscribes is in the room, until it unsubscribes. */
  enter(): Observable<RoomNews> {
    return defer(() => {
      this.#tell(1);
      return this.#news$.pipe(
        throttleTime(newsEvery, asyncScheduler, { leading: true, trailing: true }),
        finalize(() => this.#tell(-1)),
      );
    });
  }

  /** Puts a question to the room; the model is asked as soon as somebody watches. */
  ask(prompt: string): void {
    const id = randomUUID();
    const cancel$ = new Subject<string>();
    const chunks$ = this.#ask(prompt).pipe(
      takeUntilCancel(cancel$),
      withMetrics(),
      // All who watched have left: nobody can have the rest of it any more.
      tap({ unsubscribe: () => this.#forget(id) }),
      shareReply({ grace, keepFailure: true }),
    );
    this.#replies.set(id, { prompt, chunks$, cancel$ });
    const [oldest = id] = this.#replies.keys();
    if (this.#replies.size > maxReplies) this.#replies.delete(oldest);
    this.#tell();
  }

  watch(id: string): Observable<GeminiChunk> {
    return this.#find(id).chunks$;
  }

  /** Ends a reply for everybody; one that is over stays as it is. */
  stop(id: string): void {
    this.#find(id).cancel$.next('stopped in the room');
  }

  /** Fails the replies that have not ended. */
  close(): void {
    const error = new GeminiError('The server is shutting down', { kind: 'server', retryable: true });
    for (const { cancel$ } of this.#replies.values()) cancel$.error(error);
  }

  #find(id: string): Reply {
    const reply = this.#replies.get(id);
    if (!reply) throw new GeminiError(`There is no reply ${id}`, { kind: 'not_found' });
    return reply;
  }

  #forget(id: string): void {
    this.#replies.delete(id);
    this.#tell();
  }

  #tell(come = 0): void {
    const asked = [...this.#replies].map(([id, { prompt }]) => ({ id, prompt }));
    this.#news$.next({ present: this.#news$.value.present + come, asked });
  }
}
