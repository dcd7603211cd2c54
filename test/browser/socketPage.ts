// The replies over a WebSocket that the tests drive in the page: the browser loads a bundle of this file and nothing else.
import { createChat, isGeminiError, webSocketReplies, type ChatMessage, type GeminiErrorJson } from 'rxjs-gemini';
import type { Subscription } from 'rxjs';

const ask = webSocketReplies('/api/replies', { maxIdle: 200, heartbeat: 100 });
const chat = createChat(ask);

/** A reply as the page has it. */
interface ReplyOnPage {
  text: string;
  isComplete: boolean;
  error: GeminiErrorJson | undefined;
  subscription: Subscription | undefined;
}

const socketPage = {
  replies: {} as Record<string, ReplyOnPage>,
  messages: [] as readonly ChatMessage[],

  /** Asks for a reply by its message. */
  ask(message: string): void {
    const reply: ReplyOnPage = { text: '', isComplete: false, error: undefined, subscription: undefined };
    socketPage.replies[message] = reply;
    reply.subscription = ask(message).subscribe({
      next: ({ text }) => (reply.text += text),
      error: (error: unknown) => (reply.error = isGeminiError(error) ? error.toJSON() : undefined),
      complete: () => (reply.isComplete = true),
    });
  },

  leave(message: string): void {
    socketPage.replies[message]?.subscription?.unsubscribe();
  },

  send(text: string): void {
    chat.send(text).subscribe({ error: () => undefined });
  },

  cancel(): void {
    chat.cancel();
  },
};

chat.messages$.subscribe((messages) => (socketPage.messages = messages));

declare global {
  interface Window {
    readonly socketPage: typeof socketPage;
  }
}

Object.assign(window, { socketPage });
