import { Injectable, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { BehaviorSubject, defer, merge, of, skip, startWith, Subject, switchMap, tap, type Observable } from 'rxjs';
import { createChat, fromSse, toReplyState, type ChatJson, type GeminiChat, type GeminiChunk } from 'rxjs-gemini';
import { forView } from '../reply/forView';

/** The conversation. The server has the key and asks the model; the history, the branches and the edits are here. */
@Injectable({ providedIn: 'root' })
export class ChatService {
  /** The id of the newest reply, by which another tab can watch it. */
  readonly replyId = signal('');
  /** The chunks of the newest request. */
  readonly #requests$ = new Subject<Observable<GeminiChunk> | undefined>();
  readonly #chat$ = new BehaviorSubject(this.#createChat());

  /** Angular renders once for all that happens between two frames. */
  readonly messages = toSignal(this.#chat$.pipe(switchMap((chat) => chat.messages$)), { requireSync: true });
  readonly status = toSignal(this.#chat$.pipe(switchMap((chat) => chat.status$)), { requireSync: true });
  /** Messages that were not sent: their words belong back into the box. */
  readonly unsent = toSignal(this.#chat$.pipe(switchMap((chat) => chat.unsent$)), { requireSync: true });
  /**
   * The state of the newest request of this conversation. It has what no message has: that the reply was resumed, and the
   * waits of another answer, which is not among the messages before it has content.
   */
  readonly request = toSignal(
    this.#chat$.pipe(
      switchMap(() => this.#requests$.pipe(startWith(undefined))),
      switchMap((chunks$) => chunks$?.pipe(toReplyState()) ?? of(undefined)),
    ),
  );
  /** Emits after each change of the conversation, and not when another one is opened. */
  readonly changes$ = this.#chat$.pipe(switchMap((chat) => merge(chat.messages$, chat.unsent$).pipe(skip(2))));

  readonly submit = (text: string) => this.#chat.submit(text);
  readonly edit = (messageId: string, text: string) => start(this.#chat.edit(messageId, text));
  readonly regenerate = () => start(this.#chat.regenerate());
  readonly stop = () => this.#chat.cancel();
  readonly branches = (messageId: string) => this.#chat.branches(messageId);
  readonly discard = (messageId: string) => this.#chat.discard(messageId);
  readonly toJSON = () => this.#chat.toJSON();

  /** Shows another branch. The newest request is of no interest there. */
  select(branch: { readonly id: string }): void {
    this.#requests$.next(undefined);
    this.#chat.select(branch);
  }

  /** Shows another conversation: a saved one, or a new one. @throws TypeError - If it cannot be restored. */
  open(saved?: ChatJson): void {
    const chat = this.#createChat(saved);
    this.stop();
    this.#chat$.next(chat);
  }

  get #chat(): GeminiChat {
    return this.#chat$.value;
  }

  #createChat(restore?: ChatJson): GeminiChat {
    return createChat(
      (request) => {
        this.replyId.set(crypto.randomUUID());
        return fromSse(`/api/chat?id=${this.replyId()}`, { json: request });
      },
      { restore, pipe: (reply$) => this.#observed(forView(reply$)) },
    );
  }

  #observed(reply$: Observable<GeminiChunk>): Observable<GeminiChunk> {
    return defer(() => {
      const chunks$ = new Subject<GeminiChunk>();
      this.#requests$.next(chunks$);
      return reply$.pipe(
        // One by one: `tap` would subscribe to a subject.
        tap({
          next: (chunk) => chunks$.next(chunk),
          error: (error: unknown) => chunks$.error(error),
          complete: () => chunks$.complete(),
        }),
      );
    });
  }
}

/** Sends the request; the messages show the reply, and its failure. */
function start(reply$: Observable<GeminiChunk>): void {
  reply$.subscribe({ error: () => {} });
}
