import type { Observable, ObservableInput } from 'rxjs';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertBoolean, assertFunction, assertInteger } from '../rx/assertions.js';
import type { ChatTools } from './chatTools.js';

/** The options of a tool loop: of {@link createChat} and of {@link answerContents}. @public */
export interface ToolLoopSettings {
  /**
   * Functions that the model may call, and sets of functions: `mcpToTool(client)`.
   *
   * The calls that a reply has left unanswered run once the reply has completed; a server that runs tools by itself
   * answers its calls within the reply. A call of a function that is not among `tools` is the caller's: the other calls
   * of the reply run, and then the result completes, without another request. The caller sends the missing responses
   * with the next message, such as `{ functionResponse: { id, name, response } }`.
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
   * The maximum number of requests of one send, or of one subscription to {@link answerContents}, including requests
   * with the results of tools; one more fails the result, kind `overflow` with `limit: 'steps'`.
   *
   * @defaultValue 10
   */
  readonly maxSteps?: number | undefined;
  /**
   * Applies operators to each request, such as `protectReply({ timeout, limit, retry })`. The loop applies
   * `classifyErrors` after them; put it before a retry as well, with the same `failOnEmpty`, as `protectReply` does with
   * its option `classify`.
   *
   * A `stopWhen` here ends one request: its reply is a whole answer, a `stopped` message of a chat, and its complete
   * calls run; `maxSteps` and {@link GeminiChat.cancel} end the whole send. (`stopWhen` on the result unsubscribes, which
   * cancels.)
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

/** The options with their defaults. @throws TypeError, RangeError - If one of them is wrong. */
export function checkedToolLoop(options: ToolLoopSettings) {
  const { tools = {}, toolConcurrency = 8, dedupeCalls = false, approve, maxSteps = 10 } = options;
  const { pipe, failOnEmpty = false } = options;
  if (toolConcurrency !== Infinity) assertInteger('toolConcurrency', toolConcurrency, 1);
  if (maxSteps !== Infinity) assertInteger('maxSteps', maxSteps, 1);
  assertBoolean('dedupeCalls', dedupeCalls);
  assertBoolean('failOnEmpty', failOnEmpty);
  assertFunction('approve', approve);
  assertFunction('pipe', pipe);
  // Each option by name: a spread does not copy options that a class inherits.
  return { tools, toolConcurrency, dedupeCalls, approve, maxSteps, pipe, failOnEmpty };
}
