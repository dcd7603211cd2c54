import type { GoogleGenAI } from '@google/genai';
import { finalize, firstValueFrom, tap, type Observable } from 'rxjs';
import {
  classifyErrors,
  createChat,
  retryTransient,
  thoughtsOf,
  timeoutReply,
  withCost,
  withMetrics,
  type GeminiChat,
  type ChatJson,
  type GeminiChunk,
  type ChatMessage,
} from 'rxjs-gemini';
import { statusText } from './statusText.js';
import type { Terminal } from './terminal.js';

/** Of gemini-2.5-flash, in dollars: see https://ai.google.dev/gemini-api/docs/pricing. */
const pricePerMillion = { input: 0.3, output: 2.5, cached: 0.03 };

/** The chat that is going on, and how a terminal shows it. */
export class Session {
  readonly #terminal: Terminal;
  readonly #open: (restore?: ChatJson) => GeminiChat;
  #chat: GeminiChat;
  /** What all replies since the start have cost. */
  #cost = 0;

  constructor(ai: GoogleGenAI, model: string, terminal: Terminal) {
    this.#terminal = terminal;
    this.#open = (restore) =>
      createChat(ai, {
        model,
        config: { thinkingConfig: { includeThoughts: true } },
        pipe: (reply$) =>
          reply$.pipe(
            timeoutReply({ first: 60_000 }),
            classifyErrors(),
            retryTransient({ onRetry: ({ error }) => terminal.note(`${error.message} Trying again …`) }),
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

  edit(turn: ChatMessage, message: string): Observable<unknown> {
    return this.#show(this.#chat.edit(turn.id, message));
  }

  cancel(): void {
    this.#chat.cancel('Ctrl-C');
  }

  /** What the user said last. */
  async question(): Promise<ChatMessage | undefined> {
    const turns = await firstValueFrom(this.#chat.messages$);
    return turns.findLast(({ role }) => role === 'user');
  }

  toJSON(): ChatJson {
    return this.#chat.toJSON();
  }

  /** Goes on with a chat that was saved, and shows it. */
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
      withMetrics(),
      withCost({ pricePerMillion }),
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
