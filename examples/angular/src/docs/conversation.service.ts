import { Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { createChat, fromSse } from 'rxjs-gemini';

@Injectable({ providedIn: 'root' })
export class ConversationService {
  readonly #chat = createChat((request) => fromSse('/api/chat', { json: request }));
  readonly messages = toSignal(this.#chat.messages$, { requireSync: true });
  readonly status = toSignal(this.#chat.status$, { requireSync: true });

  readonly submit = (text: string) => this.#chat.submit(text);
  readonly edit = (messageId: string, text: string) => this.#chat.edit(messageId, text).subscribe({ error: () => {} });
  readonly regenerate = () => this.#chat.regenerate().subscribe({ error: () => {} });
  readonly stop = () => this.#chat.cancel();
  readonly branches = this.#chat.branches;
  readonly select = this.#chat.select;
}
