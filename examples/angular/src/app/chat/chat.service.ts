import { Injectable, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import type { Observable } from 'rxjs';
import { createChat, fromSse, type GeminiChunk } from 'rxjs-gemini';
import { forView } from '../reply/forView';

/** The conversation. The server has the key and asks the model; the history, the branches and the edits are here. */
@Injectable({ providedIn: 'root' })
export class ChatService {
  /** The id of the newest reply, by which another tab can watch it. */
  readonly replyId = signal('');
  readonly #chat = createChat(
    (request) => {
      this.replyId.set(crypto.randomUUID());
      return fromSse(`/api/chat?id=${this.replyId()}`, { json: request });
    },
    { pipe: forView },
  );
  /** Angular renders once for all that happens between two frames. */
  readonly messages = toSignal(this.#chat.messages$, { requireSync: true });
  readonly status = toSignal(this.#chat.status$, { requireSync: true });

  readonly submit = (text: string) => this.#chat.submit(text);
  readonly edit = (messageId: string, text: string) => start(this.#chat.edit(messageId, text));
  readonly regenerate = () => start(this.#chat.regenerate());
  readonly stop = () => this.#chat.cancel();
  readonly branches = this.#chat.branches;
  readonly select = this.#chat.select;
}

/** Sends the request; the messages show the reply, and its failure. */
function start(reply$: Observable<GeminiChunk>): void {
  reply$.subscribe({ error: () => {} });
}
