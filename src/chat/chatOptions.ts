import type { Observable, ObservableInput } from 'rxjs';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiCandidateContent } from '../chunk/response.js';
import {
  assertBoolean,
  assertFunction,
  assertInteger,
  assertOneOf,
  assertOptions,
  typeError,
} from '../rx/assertions.js';
import type { ChatJson } from './chatJson.js';
import type { ChatTools } from './chatTools.js';
import type { WhenCut } from './cutOff.js';
import { copyPart } from './chatInput.js';
import type { ChatWindow } from './contextWindow.js';
import { anObject, assertValid, listOf, objectOf, oneOf, optional } from './validators.js';

/** The `config` that a client takes. @public */
export type ChatConfig<P> = P extends { readonly config?: infer C } ? NonNullable<C> : object;

/** Options of {@link createChat}. @public */
export interface ChatOptions<P = object> {
  /** The model's name. */
  readonly model: string;
  /** The SDK's `config` of each request, with its `systemInstruction`, `temperature`, `tools`, … */
  readonly config?: ChatConfig<P> | undefined;
  /** The contents so far, of the SDK or of `contentsOf`; they are copied. @defaultValue none */
  readonly history?: readonly GeminiCandidateContent[] | undefined;
  /** A saved chat to continue, from {@link GeminiChat.toJSON}; instead of `history`. */
  readonly restore?: ChatJson | undefined;
  /**
   * The policy for an answer that fails or is cancelled. `draft`: it stays visible and is not sent to the model; the
   * words of the user are, with the next message. `commit`: it stays, and is sent as if it were whole. `rollback`: the
   * chat is as it was before, and the user's turn is in `unsent$`.
   *
   * With `draft` the results of tools are sent, because the tools have run. With `draft` and `commit`, words of the
   * user that were refused (kinds `blocked`, `safety`, `recitation`, `invalid_request`) stay visible and are not sent
   * again, because all that follows them would be refused, too; `regenerate` sends them.
   *
   * @defaultValue 'draft'
   */
  readonly whenCut?: WhenCut | undefined;
  /**
   * The policy for a send while another one streams: it waits for its turn, cancels the other, or fails at once, kind
   * `rate_limit`, and may be tried again. @defaultValue 'queue'
   */
  readonly whenBusy?: 'queue' | 'switch' | 'reject' | undefined;
  /** The part of the chat that is sent. @defaultValue all of it */
  readonly window?: ChatWindow | undefined;
  /**
   * Functions that the model may call, and sets of them: `mcpToTool(client)`. @defaultValue none: the caller answers
   * the calls
   */
  readonly tools?: ChatTools | undefined;
  /** The most calls of one reply that run at once; `Infinity` is no limit. @defaultValue 8 */
  readonly toolConcurrency?: number | undefined;
  /**
   * Whether identical calls of one reply (the same function with the same arguments) run once, and all of them get the
   * result. `approve` is asked once for them. @defaultValue false
   */
  readonly dedupeCalls?: boolean | undefined;
  /** Called before each call, which runs only if the first value is `true`. @defaultValue all run */
  readonly approve?: ((call: GeminiFunctionCall) => ObservableInput<boolean>) | undefined;
  /**
   * The most requests of one send, its tools' included; one more fails it, kind `overflow` with `limit: 'steps'`.
   * @defaultValue 10
   */
  readonly maxSteps?: number | undefined;
  /**
   * Applies operators to each request, such as `timeoutReply`, `retryTransient` or a `createRateLimiter`. The chat applies
   * `classifyErrors` after them; put it before a retry as well, with the same `failOnEmpty`. @defaultValue nothing
   */
  readonly pipe?: ((reply$: Observable<GeminiChunk>) => Observable<GeminiChunk>) | undefined;
  /**
   * Whether a reply that finishes without an answer fails, kind `empty`, as in {@link classifyErrors}: after `STOP` the
   * failure is retryable, after `MAX_TOKENS` it is not. @defaultValue false
   */
  readonly failOnEmpty?: boolean | undefined;
}

/** @throws TypeError, RangeError - If an option is wrong. */
export function checkedOptions<P>(options: ChatOptions<P>) {
  assertOptions(options);
  const { model, config, history, restore, window = {}, tools = {}, approve, pipe } = options;
  const { whenCut = 'draft', whenBusy = 'queue', toolConcurrency = 8, maxSteps = 10 } = options;
  const { dedupeCalls = false, failOnEmpty = false } = options;
  if (typeof model !== 'string' || model === '') throw typeError('model', "a model's name", model);
  if (config !== undefined) {
    assertOptions(config, 'config');
    assertValid('config', config, aConfig);
  }
  if (history !== undefined && restore !== undefined) {
    throw new TypeError('Expected one of `history` and `restore`, got both');
  }
  assertOneOf('whenCut', whenCut, ['draft', 'commit', 'rollback']);
  assertOneOf('whenBusy', whenBusy, ['queue', 'switch', 'reject']);
  if (toolConcurrency !== Infinity) assertInteger('toolConcurrency', toolConcurrency, 1);
  if (maxSteps !== Infinity) assertInteger('maxSteps', maxSteps, 1);
  assertBoolean('dedupeCalls', dedupeCalls);
  assertBoolean('failOnEmpty', failOnEmpty);
  assertFunction('approve', approve);
  assertFunction('pipe', pipe);
  // Each by its name: those that a class inherits are not copied by a spread.
  return {
    model,
    config,
    restore,
    approve,
    pipe,
    history: history === undefined ? undefined : checkedHistory(history),
    window,
    tools,
    whenCut,
    whenBusy,
    toolConcurrency,
    maxSteps,
    dedupeCalls,
    failOnEmpty,
  };
}

const aConfig = objectOf({ tools: optional(listOf(anObject)) });
const aRole = optional(oneOf('user', 'model', 'function', 'tool'));
const aContent = objectOf({ role: aRole, parts: optional(listOf(anObject)) });

/** Copies contents as plain JSON data. */
function checkedHistory(history: readonly GeminiCandidateContent[]): GeminiCandidateContent[] {
  if (!Array.isArray(history)) throw typeError('history', 'a list of contents', history);
  assertValid('history', history, listOf(aContent));
  const contents: readonly GeminiCandidateContent[] = history;
  return contents.map(({ role, parts = [] }, index) => {
    return { role, parts: parts.map((part, position) => copyPart(`history[${index}].parts[${position}]`, part)) };
  });
}
