import { concatMap, count, from, map, of, scan, takeWhile, type Observable } from 'rxjs';
import { assertInteger, assertOptions, typeError } from '../rx/assertions.js';
import type { ChatMessage } from './chatMessage.js';

/**
 * The part of a chat that is sent: the latest exchanges (a user's message and all messages that answer it) that fit,
 * and always the last exchange.
 *
 * @public
 */
export interface ChatWindow {
  /** The maximum number of messages, including messages of the model and of tools. @defaultValue no limit */
  readonly messages?: number | undefined;
  /** The maximum number of tokens, as `ai.models.countTokens` counts the messages. @defaultValue no limit */
  readonly tokens?: number | undefined;
}

/** Counts the tokens of messages. */
type CountTokens = (messages: readonly ChatMessage[]) => Observable<number>;

/** Chooses the messages that are sent. Cuts only before a user's message, so that a call stays with its response. */
export class ContextWindow {
  readonly #maxMessages: number;
  readonly #maxTokens: number;
  readonly #countTokens: CountTokens | undefined;
  /** The tokens of an exchange, by its last message, which identifies all earlier messages. */
  readonly #counted = new WeakMap<ChatMessage, number>();

  /**
   * @param countTokens - Absent if tokens cannot be counted.
   * @throws TypeError, RangeError - If the window is not valid, or has `tokens` that cannot be counted.
   */
  constructor(window: ChatWindow, countTokens: CountTokens | undefined) {
    assertOptions(window, 'window');
    const { messages, tokens } = window;
    if (messages !== undefined) assertInteger('window.messages', messages, 1);
    if (tokens !== undefined) assertInteger('window.tokens', tokens, 1);
    if (tokens !== undefined && !countTokens) throw typeError('window.tokens', uncounted, tokens);
    this.#maxMessages = messages ?? Infinity;
    this.#maxTokens = tokens ?? Infinity;
    this.#countTokens = countTokens;
  }

  /** Counts each exchange that was not counted before, in a separate request, newest first, up to the limit. */
  fit(messages: readonly ChatMessage[]): Observable<readonly ChatMessage[]> {
    const exchanges = exchangesOf(messages);
    const lengths = exchanges.map(({ length }) => length).reverse();
    const recent = latest(exchanges, fittingCount(lengths, this.#maxMessages));
    const countTokens = this.#countTokens;
    if (this.#maxTokens === Infinity || !countTokens) return of(recent.flat());
    return from(recent.toReversed()).pipe(
      concatMap((exchange) => this.#tokensIn(exchange, countTokens)),
      scan((total, tokens) => total + tokens, 0),
      takeWhile((total) => total <= this.#maxTokens),
      count(),
      map((fitting) => latest(recent, fitting).flat()),
    );
  }

  #tokensIn(exchange: readonly ChatMessage[], countTokens: CountTokens): Observable<number> {
    const last = exchange.at(-1);
    const counted = last && this.#counted.get(last);
    if (counted !== undefined) return of(counted);
    return countTokens(exchange).pipe(
      map((tokens) => {
        if (last) this.#counted.set(last, tokens);
        return tokens;
      }),
    );
  }
}

const uncounted = 'absent, as only a client with `models.countTokens` counts tokens';

/** Groups each user's message with the messages that answer it. */
function exchangesOf(messages: readonly ChatMessage[]): ChatMessage[][] {
  const exchanges: ChatMessage[][] = [];
  for (const message of messages) {
    const open = exchanges.at(-1);
    if (open && message.role !== 'user') open.push(message);
    else exchanges.push([message]);
  }
  return exchanges;
}

/** The number of sizes, from the first, whose sum is within the limit. */
function fittingCount(sizes: readonly number[], limit: number): number {
  let total = 0;
  const tooMany = sizes.findIndex((size) => (total += size) > limit);
  return tooMany < 0 ? sizes.length : tooMany;
}

function latest(exchanges: readonly ChatMessage[][], fitting: number): readonly ChatMessage[][] {
  return exchanges.slice(-Math.max(fitting, 1));
}
