import type { GoogleGenAI } from '@google/genai';
import { finalize, firstValueFrom, tap, type Observable } from 'rxjs';
import {
  createChat,
  protectReply,
  thoughtsOf,
  withCost,
  withMetrics,
  type ChatJson,
  type ChatMessage,
  type GeminiChat,
  type GeminiChunk,
} from 'rxjs-gemini';
import { statusText } from './statusText.js';
import type { Terminal } from './terminal.js';

/** The prices of gemini-2.5-flash, in dollars: see https://ai.google.dev/gemini-api/docs/pricing. */
const pricePerMillion = { input: 0.3, output: 2.5, cached: 0.03 };

/** A chat that is shown in a terminal. */
export class Session {
  readonly #terminal: Terminal;
  readonly #open: (restore?: ChatJson) => GeminiChat;
  #chat: GeminiChat;
  /** The cost of all replies since the start, in dollars. */
  #cost = 0;

  constructor(ai: GoogleGenAI, model: string, terminal: Terminal) {
    this.#terminal = terminal;
    this.#open = (restore) =>
      createChat(ai, {
        model,
        config: { thinkingConfig: { includeThoughts: true } },
        pipe: (reply$) =>
          reply$.pipe(
            protectReply({
              timeout: { first: 60_000 },
              retry: { onRetry: ({ error }) => terminal.note(`${error.message} Trying again …`) },
            }),
          ),
        restore,
      });
    this.#chat = this.#open();
  }

  send(message: string): Observable<unknown> {
    return this.#show(this.#chat.send(message));
  }

  retry(): Observable<unknown> {
    return this.#show(this.#chat.regenerate());
  }

  edit({ id }: ChatMessage, message: string): Observable<unknown> {
    return this.#show(this.#chat.edit(id, message));
  }

  cancel(): void {
    this.#chat.cancel('Ctrl-C');
  }

  /** The last message of the user. */
  async question(): Promise<ChatMessage | undefined> {
    const messages = await firstValueFrom(this.#chat.messages$);
    return messages.findLast(({ role }) => role === 'user');
  }

  toJSON(): ChatJson {
    return this.#chat.toJSON();
  }

  /** Continues a saved chat, and shows it. */
  async restore(json: ChatJson): Promise<void> {
    this.#chat = this.#open(json);
    for (const { role, thoughts, text } of await firstValueFrom(this.#chat.messages$)) {
      if (role === 'user') this.#terminal.note(`> ${text}`, 'bold');
      else this.#write(thoughts, text);
      this.#terminal.startLine();
    }
  }

  #show(reply$: Observable<GeminiChunk>): Observable<unknown> {
    const before = this.#cost;
    let status = '';
    return reply$.pipe(
      withCost({ pricePerMillion }),
      withMetrics(),
      tap((chunk) => {
        this.#write(thoughtsOf(chunk), chunk.text);
        this.#cost = before + chunk.cost.total;
        status = statusText(chunk, this.#cost);
        this.#terminal.showStatus(status);
      }),
      finalize(() => this.#terminal.keepStatus(status)),
    );
  }

  #write(thoughts: string, text: string): void {
    this.#terminal.write(thoughts, 'dim');
    this.#terminal.write(text);
  }
}
