import { concatMap, count, from, map, of, scan, takeWhile, type Observable } from 'rxjs';
import { assertInteger, assertOptions } from '../rx/assertions.js';
import type { ChatMessage } from './chatMessage.js';

/** The part of a chat that is sent: as many of the latest exchanges as fit, and always the last one. @public */
export interface ChatWindow {
  /** The most turns. @defaultValue no limit */
  readonly turns?: number | undefined;
  /** The most tokens, as `ai.models.countTokens` counts the turns. @defaultValue no limit */
  readonly tokens?: number | undefined;
}

/** Asks how many tokens some turns have. */
type CountTokens = (turns: readonly ChatMessage[]) => Observable<number>;

/** The turns of a chat that are sent. It cuts before a turn of the user only, so a call stays with its answer. */
export class ContextWindow {
  readonly #turns: number;
  readonly #tokens: number;
  readonly #countTokens: CountTokens;
  /** Tokens of an exchange by its last turn, which tells all that came before it. */
  readonly #known = new WeakMap<ChatMessage, number>();

  /** @throws TypeError, RangeError - If the window is not valid. */
  constructor(window: ChatWindow, countTokens: CountTokens) {
    assertOptions(window, 'window');
    const { turns, tokens } = window;
    if (turns !== undefined) assertInteger('window.turns', turns, 1);
    if (tokens !== undefined) assertInteger('window.tokens', tokens, 1);
    this.#turns = turns ?? Infinity;
    this.#tokens = tokens ?? Infinity;
    this.#countTokens = countTokens;
  }

  /** One request for each exchange that was not counted before, the latest first, until the limit is reached. */
  fit(turns: readonly ChatMessage[]): Observable<readonly ChatMessage[]> {
    const exchanges = exchangesOf(turns);
    const few = latest(exchanges, fitting(exchanges.map(({ length }) => length).reverse(), this.#turns));
    if (this.#tokens === Infinity) return of(few.flat());
    return from(few.toReversed()).pipe(
      concatMap((exchange) => this.#sizeOf(exchange)),
      scan((total, tokens) => total + tokens, 0),
      takeWhile((total) => total <= this.#tokens),
      count(),
      map((fit) => latest(few, fit).flat()),
    );
  }

  #sizeOf(exchange: readonly ChatMessage[]): Observable<number> {
    const last = exchange.at(-1);
    const known = last && this.#known.get(last);
    if (known !== undefined) return of(known);
    return this.#countTokens(exchange).pipe(
      map((tokens) => {
        if (last) this.#known.set(last, tokens);
        return tokens;
      }),
    );
  }
}

/** Each turn of the user with what answers it. */
function exchangesOf(turns: readonly ChatMessage[]): ChatMessage[][] {
  const exchanges: ChatMessage[][] = [];
  for (const turn of turns) {
    const open = exchanges.at(-1);
    if (open && turn.role !== 'user') open.push(turn);
    else exchanges.push([turn]);
  }
  return exchanges;
}

/** How many of `sizes`, from the first, fit. */
function fitting(sizes: readonly number[], limit: number): number {
  let total = 0;
  const tooMany = sizes.findIndex((size) => (total += size) > limit);
  return tooMany < 0 ? sizes.length : tooMany;
}

function latest(exchanges: readonly ChatMessage[][], fit: number): readonly ChatMessage[][] {
  return exchanges.slice(-Math.max(fit, 1));
}
