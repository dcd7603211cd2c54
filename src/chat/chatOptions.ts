import type { Observable, ObservableInput } from 'rxjs';
import type { FunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { CandidateContent } from '../chunk/wire.js';
import { assertFunction, assertInteger, assertOneOf, typeError } from '../internal/assertions.js';
import type { ChatJson } from './chatJson.js';
import type { ChatTools } from './chatTools.js';
import type { KeepPartial } from './exchange.js';
import type { ChatWindow } from './sendWindow.js';

/** The `config` that a client takes. @public */
export type ChatConfig<P> = P extends { readonly config?: infer C } ? NonNullable<C> : object;

/** Options of {@link createChat}. @public */
export interface ChatOptions<P = object> {
  /** The model's name. */
  readonly model: string;
  /** What each request is made with: the SDK's `config`, with its `systemInstruction`, `temperature`, `tools`, … */
  readonly config?: ChatConfig<P> | undefined;
  /** What was said before: contents of the SDK, or of `contentsOf`. @defaultValue nothing */
  readonly history?: readonly CandidateContent[] | undefined;
  /** A chat to go on with, from {@link Chat.toJSON}; instead of `history`. */
  readonly restore?: ChatJson | undefined;
  /**
   * What becomes of an answer that fails or is cancelled. `draft`: it stays visible and is not sent to the model; the
   * words of the user are, with the next message. `commit`: it stays, and is sent as if it were whole. `rollback`: the
   * chat is as it was before, and the user's turn is in `unsent$`.
   *
   * With `draft` the model is told what tools did, for it has been done. With `draft` and `commit`, words of the user
   * that were refused (kinds `blocked`, `safety`, `recitation`, `invalid_request`) stay visible and are not sent again,
   * or all that follows them would be refused, too; `regenerate` sends them.
   *
   * @defaultValue 'draft'
   */
  readonly keepPartial?: KeepPartial | undefined;
  /**
   * What a send does while another one streams: waits for its turn, cancels the other, or fails at once, kind
   * `overflow`, without having said anything. @defaultValue 'queue'
   */
  readonly concurrency?: 'queue' | 'switch' | 'reject' | undefined;
  /** How much of the chat is sent. @defaultValue all of it */
  readonly window?: ChatWindow | undefined;
  /** Functions that the model may call, and sets of them: `mcpToTool(client)`. @defaultValue none: calls are the caller's */
  readonly tools?: ChatTools | undefined;
  /** How many calls of one turn run at once. @defaultValue all */
  readonly toolConcurrency?: number | undefined;
  /** Asked before each call; the first value counts, and none means no. @defaultValue all run */
  readonly approve?: ((call: FunctionCall) => ObservableInput<boolean>) | undefined;
  /** How many requests one send may make, its tools' included; one more fails it, kind `overflow`. @defaultValue 10 */
  readonly maxSteps?: number | undefined;
  /**
   * What each request goes through: `timeoutReply`, `retryTransient`, a `rateLimit`. `classifyErrors` comes after it, and
   * belongs before a retry, too. @defaultValue nothing
   */
  readonly pipe?: ((reply$: Observable<GeminiChunk>) => Observable<GeminiChunk>) | undefined;
}

/** @throws TypeError, RangeError - If an option is wrong. */
export function checkedOptions<P>(options: ChatOptions<P>) {
  const { model, config, history, restore, window = {}, tools = {}, approve, pipe } = options;
  const { keepPartial = 'draft', concurrency = 'queue', toolConcurrency = Infinity, maxSteps = 10 } = options;
  if (typeof model !== 'string' || model === '') throw typeError('model', "a model's name", model);
  if (config !== undefined && typeof config !== 'object') throw typeError('config', 'an object', config);
  if (history !== undefined && !Array.isArray(history)) throw typeError('history', 'a list of contents', history);
  if (history && restore) throw new TypeError('Expected one of `history` and `restore`, got both');
  assertOneOf('keepPartial', keepPartial, ['draft', 'commit', 'rollback']);
  assertOneOf('concurrency', concurrency, ['queue', 'switch', 'reject']);
  if (toolConcurrency !== Infinity) assertInteger('toolConcurrency', toolConcurrency, 1);
  if (maxSteps !== Infinity) assertInteger('maxSteps', maxSteps, 1);
  assertFunction('approve', approve);
  assertFunction('pipe', pipe);
  return { ...options, window, tools, keepPartial, concurrency, toolConcurrency, maxSteps };
}
