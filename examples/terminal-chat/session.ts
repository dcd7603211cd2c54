import type { GoogleGenAI } from '@google/genai';
import { defer, firstValueFrom, map, of, switchMap, tap, timer, type Observable } from 'rxjs';
import {
  createChat,
  thoughtsOf,
  toReplyState,
  withCost,
  withMetrics,
  type ChatJson,
  type ChatMessage,
  type GeminiChat,
  type GeminiChunk,
} from 'rxjs-gemini';
import { outcomeOf, outcomeOfMessage, outcomeText, type Outcome } from './outcomeText.js';
import { protectedSource } from './protectedSource.js';
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
    const source = protectedSource(ai, model, ({ error }) => terminal.note(`${error.message} Trying again …`));
    const config = { thinkingConfig: { includeThoughts: true } };
    this.#open = (restore) => createChat(source, { config, restore });
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
    for (const message of await firstValueFrom(this.#chat.messages$)) {
      if (message.role === 'user') {
        this.#terminal.note(`> ${message.text}`, 'bold');
      } else if (message.role === 'model') {
        const view = this.#terminal.openReply();
        view.write(message.thoughts, message.text);
        view.end();
        this.#tell(outcomeOfMessage(message));
      }
    }
  }

  #show(reply$: Observable<GeminiChunk>): Observable<unknown> {
    return defer(() => {
      const view = this.#terminal.openReply();
      const before = this.#cost;
      let textAt = Date.now();
      return reply$.pipe(
        withCost({ pricePerMillion }),
        withMetrics(),
        tap((chunk) => {
          const thoughts = thoughtsOf(chunk);
          if (thoughts + chunk.text !== '') textAt = Date.now();
          view.write(thoughts, chunk.text);
          this.#cost = before + chunk.cost.total;
        }),
        toReplyState(),
        // A wait is told each second.
        switchMap((state) => {
          const stateAt = Date.now();
          const isOpen = state.status === 'waiting' || state.status === 'streaming';
          return (isOpen ? timer(0, 1000) : of(0)).pipe(
            map(() => {
              const now = Date.now();
              const status = statusText(state, this.#cost, { sinceState: now - stateAt, sinceText: now - textAt });
              return { state, status, isOpen };
            }),
          );
        }),
        tap(({ state, status, isOpen }) => {
          if (isOpen) {
            this.#terminal.showStatus(status);
            return;
          }
          view.end();
          this.#tell(outcomeOf(state));
          this.#terminal.keepStatus(status);
        }),
      );
    });
  }

  #tell(outcome: Outcome): void {
    const text = outcomeText(outcome);
    if (text !== undefined) this.#terminal.note(text, outcome.status === 'failed' ? 'red' : 'dim');
  }
}
