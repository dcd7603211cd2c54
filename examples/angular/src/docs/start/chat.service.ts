import { Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { createChat, fromSse } from 'rxjs-gemini';

@Injectable({ providedIn: 'root' })
export class ChatService {
  readonly #chat = createChat((request) => fromSse('/api/chat', { json: request }));
  readonly messages = toSignal(this.#chat.messages$, { requireSync: true });
  readonly status = toSignal(this.#chat.status$, { requireSync: true });
  readonly submit = (text: string) => this.#chat.submit(text);
  readonly tryAgain = () => this.#chat.regenerate().subscribe({ error: () => {} }); // the message shows the failure
  readonly stop = () => this.#chat.cancel();
}
