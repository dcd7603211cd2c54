import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { assertBoolean, assertFunction, assertOptions, typeError } from '../../rx/assertions.js';
import type { ReplyFormat } from '../replyFormat.js';
import type { UiMessageChunk } from './uiMessageChunk.js';
import { UiMessageEncoder } from './uiMessageEncoder.js';

/** Options of {@link uiMessageStream}. @public */
export interface UiMessageStreamOptions<T extends GeminiChunk = GeminiChunk> {
  /**
   * Whether thoughts are sent, as reasoning. Without them the model does not get the signatures of its thoughts back.
   *
   * @defaultValue true
   */
  readonly sendReasoning?: boolean | undefined;
  /**
   * The names of tools that the front end declares in the type of its messages: their parts are `tool-<name>`, those of
   * other tools `dynamic-tool`.
   *
   * @defaultValue []
   */
  readonly staticTools?: readonly string[] | undefined;
  /**
   * The id of the message, or a function that is called for each reply. It must be new for each reply, because a
   * message with the id of an earlier one replaces that message; if the last posted message is the assistant's, the
   * reply continues it and needs its id. By default no id is sent, and the client makes one.
   */
  readonly messageId?: string | (() => string) | undefined;
  /**
   * Returns metadata of the message for a chunk, such as `({ cost }) => cost && { cost }`; called for each chunk, with
   * all annotations. The client merges it into the metadata so far. `undefined`, and a value with the same JSON as the
   * last, send nothing. `usage` and `model` are added at the end of each reply.
   */
  readonly messageMetadata?: ((chunk: T) => unknown) | undefined;
}

/**
 * Makes the format of the UI message stream, version 1, which `useChat` of the AI SDK 5, 6 and 7 and assistant-ui read:
 * for `toSseResponse`, `pipeToServerResponse` and `toSse`.
 *
 * Text, thoughts, calls with partial arguments, results of tools, files, sources and code execution become parts of one
 * message. Each request of a tool loop is a step. Tools that the server runs are `providerExecuted`; a call without a
 * result is left to the client. Signatures are sent in `providerMetadata`, and {@link contentsFromUiMessages} returns
 * them to the model. `finish` has the finish reason and `{ usage, model }` as metadata; a reply that `stopWhen` ended
 * finishes with `length` at a limit, else with `stop`; a reply that was cancelled ends with `abort`.
 *
 * A failure ends the stream with `error`, whose text is the public sentence; `data-error` is sent before, for `onData`:
 * `{ kind, retryable, retryAfter, … }`. Put `classifyErrors` above, so that blocked, unsafe and truncated replies fail.
 *
 * Waits are sent as they begin and end, for `onData` only: `data-queued` with `{ position, delay }`, `data-retrying` with
 * `{ attempt, delay, kind }`, and at the seam of a reply that broke `data-resumed` with `{ attempt, kind }`.
 *
 * Lossless in the text; not sent are other candidates, log probabilities, the ranges of citations, parts of an unknown
 * kind, and files by a URL that is neither `http(s)` nor `gs`. A source without an `http(s)` URL is a document.
 * Holds the calls without a result, the ids of all calls and the URLs of the sources.
 *
 * @typeParam T - The chunks.
 * @param options - See {@link UiMessageStreamOptions}.
 * @returns The format, for any number of replies.
 * @throws TypeError - At the call, if an option has a wrong type.
 * @example
 * ```ts
 * const response = toSseResponse(reply$, { format: uiMessageStream() });
 * console.log(await response.text()); // data: {"type":"start"} … data: [DONE]
 * ```
 * @public
 */
export function uiMessageStream<T extends GeminiChunk = GeminiChunk>(
  options: UiMessageStreamOptions<T> = {},
): ReplyFormat<T, UiMessageChunk> {
  assertOptions(options);
  const { sendReasoning = true, staticTools = [], messageId, messageMetadata } = options;
  assertBoolean('sendReasoning', sendReasoning);
  assertNames(staticTools);
  if (typeof messageId !== 'string') assertFunctionOrString(messageId);
  assertFunction('messageMetadata', messageMetadata);
  const choices = { sendReasoning, staticTools: new Set(staticTools), messageId, messageMetadata };
  return {
    headers: { 'x-vercel-ai-ui-message-stream': 'v1' },
    terminator: '[DONE]',
    begin: () => new UiMessageEncoder<T>(choices),
  };
}

function assertNames(names: unknown): void {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return;
  throw typeError('staticTools', 'a list of names', names);
}

function assertFunctionOrString(messageId: unknown): void {
  if (messageId === undefined || typeof messageId === 'function') return;
  throw typeError('messageId', 'a string or a function', messageId);
}
