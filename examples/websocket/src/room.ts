import { randomUUID } from 'node:crypto';
import {
  asyncScheduler,
  BehaviorSubject,
  defer,
  finalize,
  noop,
  Subject,
  takeUntil,
  tap,
  throttleTime,
  timer,
  type Observable,
} from 'rxjs';
import { GeminiError, shareReply, takeUntilCancel, withMetrics, type GeminiChunk } from 'rxjs-gemini';
import type { Ask } from './gemini.js';
import { limits } from './limits.js';

/** The news for everybody in the room. */
export interface RoomNews {
  /** The number of pages in the room. */
  readonly present: number;
  /** The questions, oldest first, and whether their replies have ended. */
  readonly asked: readonly { readonly id: string; readonly prompt: string; readonly isOver: boolean }[];
}

/** A page that asks, the same object each time. */
export interface Asker {
  readonly address: string;
}

interface Reply {
  readonly prompt: string;
  readonly asker: Asker;
  /** Each subscriber gets the part that it missed, then the rest live. */
  readonly chunks$: Observable<GeminiChunk>;
  /** A value cancels the reply for all, an error fails it. */
  readonly cancel$: Subject<string>;
  isOver: boolean;
}

/** The time that a reply continues without a reader, in ms: a page that is reloaded finds it again. */
const grace = 3_000;

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

  /** Puts a question to the room and asks the model. Of a question that is refused, nothing is kept. */
  ask(prompt: string, asker: Asker): void {
    this.#admit(asker);
    const id = randomUUID();
    const cancel$ = new Subject<string>();
    const chunks$ = this.#ask(prompt, asker.address).pipe(
      takeUntilCancel(cancel$),
      withMetrics(),
      // All who watched have left: nobody can have the rest of it any more.
      tap({ unsubscribe: () => this.#replies.delete(id) }),
      finalize(() => {
        reply.isOver = true;
        this.#tell();
      }),
      shareReply({ grace, keepFailure: true, maxBytes: limits.replyBytes }),
    );
    const reply: Reply = { prompt, asker, chunks$, cancel$, isOver: false };
    this.#replies.set(id, reply);
    if (this.#replies.size > limits.keptReplies) this.#forgetOldest();
    this.#tell();
    // The room itself is the first reader, until the pages have heard of the question.
    chunks$.pipe(takeUntil(timer(grace))).subscribe({ error: noop });
  }

  watch(id: string): Observable<GeminiChunk> {
    return this.#find(id).chunks$;
  }

  /** Ends a reply for everybody; a reply that has ended stays as it is. */
  stop(id: string): void {
    this.#find(id).cancel$.next('stopped in the room');
  }

  /** Fails the replies that have not ended. */
  close(): void {
    const error = new GeminiError('The server is shutting down', { kind: 'server', retryable: true });
    for (const { cancel$ } of this.#replies.values()) cancel$.error(error);
  }

  #admit(asker: Asker): void {
    const open = [...this.#replies.values()].filter(({ isOver }) => !isOver).map((reply) => reply.asker);
    const isFull =
      open.length >= limits.openInRoom ||
      open.filter(({ address }) => address === asker.address).length >= limits.openOfAddress ||
      open.filter((other) => other === asker).length >= limits.openOfPage;
    if (isFull) throw new GeminiError('Too many replies have not ended', { kind: 'rate_limit', retryable: true });
  }

  #find(id: string): Reply {
    const reply = this.#replies.get(id);
    if (!reply) throw new GeminiError(`There is no reply ${id}`, { kind: 'not_found' });
    return reply;
  }

  /** More are kept than may be open, so that one has ended. */
  #forgetOldest(): void {
    const oldest = [...this.#replies].find(([, { isOver }]) => isOver);
    if (oldest) this.#replies.delete(oldest[0]);
  }

  #tell(come = 0): void {
    const asked = [...this.#replies].map(([id, { prompt, isOver }]) => ({ id, prompt, isOver }));
    this.#news$.next({ present: this.#news$.value.present + come, asked });
  }
}
