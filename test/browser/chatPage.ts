// The chat that the tests drive in the page: the browser loads a bundle of this file and nothing else.
import type { Observable } from 'rxjs';
import { createChat, fromSse, type ChatMessage, type GeminiChunk } from 'rxjs-gemini';

const chat = createChat((request) => fromSse('/api/chat', { json: request }));

const chatPage = {
  chat,
  /** The messages along the selected branches, as a view has them. */
  messages: [] as readonly ChatMessage[],

  /** Subscribes to a reply; resolves at its end. A failure is in `messages`. */
  run(reply$: Observable<GeminiChunk>): Promise<void> {
    return new Promise((ended) => {
      reply$.subscribe({ error: () => ended(), complete: ended });
    });
  },
};

chat.messages$.subscribe((messages) => (chatPage.messages = messages));

declare global {
  interface Window {
    readonly chatPage: typeof chatPage;
  }
}

Object.assign(window, { chatPage });
