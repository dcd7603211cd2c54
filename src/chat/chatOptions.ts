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
import { copyPart } from './chatInput.js';
import type { ChatJson } from './chatJson.js';
import type { ChatTools } from './chatTools.js';
import type { ChatWindow } from './contextWindow.js';
import { assertJson } from './jsonCopy.js';
import { anObject, assertValid, listOf, objectOf, oneOf, optional } from './validators.js';

/** The type of `config` that a client accepts. @public */
export type ChatConfig<P> = P extends { readonly config?: infer C } ? NonNullable<C> : object;

/** Options of {@link createChat} with a client. @public */
export interface ChatOptions<P = object> extends ChatSettings {
  /** The name of the model. */
  readonly model: string;
  /** The SDK's `config` of each request, with its `systemInstruction`, `temperature`, `tools`, … */
  readonly config?: ChatConfig<P> | undefined;
  /** The part of the chat that is sent. @defaultValue the whole chat */
  readonly window?: ChatWindow | undefined;
}

/** Options of {@link createChat} with a {@link ChatSource}. @public */
export interface ChatSourceOptions extends ChatSettings {
  /** Always absent: the source chooses the model. */
  readonly model?: undefined;
  /** The `config` of each {@link ChatRequest}: any object that has JSON; passed on unchanged. @defaultValue `{}` */
  readonly config?: object | undefined;
  /** The part of the chat that is sent; a source cannot count tokens. @defaultValue the whole chat */
  readonly window?: (ChatWindow & { readonly tokens?: undefined }) | undefined;
}

/** The options of {@link createChat} that do not depend on the source of the replies. @public */
export interface ChatSettings {
  /** The contents so far, from the SDK or from `contentsOf`; copied at the call. @defaultValue no contents */
  readonly history?: readonly GeminiCandidateContent[] | undefined;
  /**
   * A saved chat to continue, from {@link GeminiChat.toJSON}, instead of `history`. A chat that was saved as version 1
   * is restored as well, with its ids.
   */
  readonly restore?: ChatJson | { readonly version: 1; readonly turns: readonly unknown[] } | undefined;
  /**
   * The policy for an answer that fails or is cancelled. `draft`: the answer stays visible and is not sent to the
   * model; the user's message is sent with the next message. `commit`: the answer stays and is sent like a whole
   * answer. `rollback`: the chat is restored to its state before the send, and the user's message moves to `unsent$`.
   *
   * With `draft` the results of tools are sent, because the tools have run. With `draft` and `commit`, a user's message
   * that was refused (kinds `blocked`, `safety`, `recitation`, `invalid_request`) stays visible and is not sent again,
   * because every message after it would be refused, too; `regenerate` sends the message again.
   *
   * @defaultValue 'draft'
   */
  readonly whenCut?: 'draft' | 'commit' | 'rollback' | undefined;
  /**
   * The policy for a send while another send is answered. `queue`: the send waits. `switch`: the send cancels all
   * earlier sends. `reject`: the send fails at once, kind `rate_limit`, and may be subscribed again later.
   *
   * @defaultValue 'queue'
   */
  readonly whenBusy?: 'queue' | 'switch' | 'reject' | undefined;
  /**
   * Functions that the model may call, and sets of functions: `mcpToTool(client)`.
   *
   * The calls that a reply has left unanswered run once the reply has completed; a server that runs tools by itself
   * answers its calls within the reply. A call of a function that is not among `tools` is the caller's: the other calls
   * of the reply run, and then the reply of `send` completes, without another request. The caller sends the missing
   * responses as the next message, such as `{ functionResponse: { id, name, response } }`.
   *
   * @defaultValue no tools: the caller answers all calls
   */
  readonly tools?: ChatTools | undefined;
  /** The maximum number of calls of one reply that run at once; `Infinity` removes the limit. @defaultValue 8 */
  readonly toolConcurrency?: number | undefined;
  /**
   * Whether identical calls of one reply (the same function with the same arguments) run once, and all of them get the
   * result. `approve` is called once for identical calls.
   *
   * @defaultValue false
   */
  readonly dedupeCalls?: boolean | undefined;
  /** Called before each call of a tool, which runs only if the first value is `true`. @defaultValue all calls run */
  readonly approve?: ((call: GeminiFunctionCall) => ObservableInput<boolean>) | undefined;
  /**
   * The maximum number of requests of one send, including requests with the results of tools; one more fails the send,
   * kind `overflow` with `limit: 'steps'`.
   *
   * @defaultValue 10
   */
  readonly maxSteps?: number | undefined;
  /**
   * Applies operators to each request, such as `timeoutReply`, `retryTransient` or a `limiter.limit()`. The chat applies
   * `classifyErrors` after them; put it before a retry as well, with the same `failOnEmpty`.
   *
   * A `stopWhen` here ends one request: the message is `stopped`, a whole answer, and its complete calls run; `maxSteps`
   * and {@link GeminiChat.cancel} end the send. (`stopWhen` on the reply of `send` unsubscribes, which cancels.)
   *
   * @defaultValue no operators
   */
  readonly pipe?: ((reply$: Observable<GeminiChunk>) => Observable<GeminiChunk>) | undefined;
  /**
   * Whether a reply that finishes without an answer fails, kind `empty`, as in {@link classifyErrors}: after `STOP` the
   * failure is retryable, after `MAX_TOKENS` it is not.
   *
   * @defaultValue false
   */
  readonly failOnEmpty?: boolean | undefined;
}

export type WhenCut = NonNullable<ChatSettings['whenCut']>;
export type WhenBusy = NonNullable<ChatSettings['whenBusy']>;

/** The model and the `config` of a client. @throws TypeError - If one of them is wrong. */
export function checkedClientOptions({ model, config = {} }: ChatOptions): { model: string; config: object } {
  if (typeof model !== 'string' || model === '') throw typeError('model', "a model's name", model);
  assertOptions(config, 'config');
  assertValid('config', config, aConfig);
  return { model, config };
}

/** The `config` of a source. @throws TypeError - If it has no JSON, or if there is a `model`. */
export function checkedSourceOptions(options: ChatSourceOptions): { config: object } {
  const { model, config = {} }: { readonly model?: unknown; readonly config?: object | undefined } = options;
  if (model !== undefined) throw typeError('model', 'absent, because the source chooses the model', model);
  assertOptions(config, 'config');
  assertJson('`config`', config);
  return { config };
}

/** The options that do not depend on the source. @throws TypeError, RangeError - If one of them is wrong. */
export function checkedSettings(options: ChatSettings & { readonly window?: ChatWindow | undefined }) {
  const { history, restore, window = {}, tools = {}, approve, pipe } = options;
  const { whenCut = 'draft', whenBusy = 'queue', toolConcurrency = 8, maxSteps = 10 } = options;
  const { dedupeCalls = false, failOnEmpty = false } = options;
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
  // Each option by name: a spread does not copy options that a class inherits.
  return {
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
