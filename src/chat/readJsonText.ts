import { GeminiError } from '../errors/geminiError.js';
import { assertInteger, assertOptions, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';

/** Options of {@link readJsonText}. @public */
export interface ReadJsonTextOptions {
  /** The maximum size of the body, in bytes. Pictures need more: 20 MB of base64 are 27 MB. @defaultValue 1_000_000 */
  readonly maxBytes?: number | undefined;
}

/** The fields of a web `Request` that {@link readJsonText} reads. @public */
export interface WebRequest {
  /** Read for `Content-Type` and `Content-Length`. */
  readonly headers: { get(name: string): string | null };
  /** The bytes; `null` without a body. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** Whether the body has been read already. */
  readonly bodyUsed: boolean;
}

/** The fields of a request of Node's `http` that {@link readJsonText} reads. @public */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whether the body has been read already. */
  readonly readableDidRead: boolean;
  /** Iterates over the bytes without closing the connection at the end. */
  iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Uint8Array>;
  /** Reads the rest of the body, which nobody gets. */
  resume(): unknown;
}

/**
 * Reads the JSON text of a request's body, and stops as soon as the body is longer than the limit.
 *
 * Only JSON is read (`application/json`, with any parameters, or a type that ends in `+json`): a page of another origin
 * can post a form or plain text without being asked, but no JSON. The size is that of the bytes that arrive, or
 * `Content-Length` if it is larger. The rest of a longer body is not kept: Node reads and drops it, so that the client gets
 * its answer, until the server's own time limit for a request. The text is not parsed: see {@link readChatRequest}, which checks its depth first.
 *
 * @param request - A web `Request`, or a request of Node's `http`, of Express or of Fastify (`request.raw`) whose body
 * nobody has read yet.
 * @param options - See {@link ReadJsonTextOptions}.
 * @returns The text, at most `maxBytes` long in UTF-8.
 * @throws GeminiError - Kind `invalid_request`, for an answer with the status 400, if the body is not JSON by its media
 * type; kind `overflow` with `limit: 'size'` (413) above the limit; kind `network` if the client disconnects.
 * @throws TypeError, RangeError - If the body has been read already, or an argument is wrong.
 * @example
 * ```ts
 * const request = new Request('http://localhost/api/chat', {
 *   method: 'POST',
 *   headers: { 'Content-Type': 'application/json' },
 *   body: '{ "contents": [{ "role": "user", "parts": [{ "text": "Hi" }] }] }',
 * });
 * const reply$ = answerContents(ai, { ...readChatRequest(await readJsonText(request)), model: 'gemini-2.5-flash' });
 * const response = toSseResponse(reply$);
 * console.log(await response.text());
 * ```
 * @public
 */
export function readJsonText(request: WebRequest | NodeRequest, options: ReadJsonTextOptions = {}): Promise<string> {
  assertRequest(request);
  assertOptions(options);
  const { maxBytes = 1_000_000 } = options;
  if (maxBytes !== Infinity) assertInteger('maxBytes', maxBytes, 1);
  const wasRead = isWeb(request) ? request.bodyUsed : request.readableDidRead;
  if (wasRead) throw new TypeError('Expected a `request` with a body that nobody has read yet');
  return readText(request, maxBytes);
}

async function readText(request: WebRequest | NodeRequest, maxBytes: number): Promise<string> {
  if (!isJson.test(headerOf(request, 'content-type'))) {
    throw new GeminiError('The media type of the request is not application/json', { kind: 'invalid_request' });
  }
  if (Number(headerOf(request, 'content-length')) > maxBytes) throw tooLong(maxBytes);
  // Node is told not to close the connection at the end of the iteration: a refusal is still to be sent.
  const pieces = isWeb(request) ? bytesOf(request) : request.iterator({ destroyOnReturn: false });
  const decoder = new TextDecoder();
  let length = 0;
  let text = '';
  try {
    for await (const piece of pieces) {
      length += piece.length;
      if (length > maxBytes) throw tooLong(maxBytes);
      text += decoder.decode(piece, { stream: true });
    }
  } catch (cause) {
    if (cause instanceof GeminiError) {
      // A client that is still sending may not look for its answer before it has sent all.
      if (!isWeb(request)) request.resume();
      throw cause;
    }
    throw new GeminiError('The body of the request broke off', { kind: 'network', cause });
  }
  return text + decoder.decode();
}

const isJson = /^\s*(application\/|[\w.!#$&^-]+\/[\w.!#$&^-]+\+)json\s*(;|$)/i;

/** The bytes of a web request: not every engine iterates over a `ReadableStream`. */
async function* bytesOf({ body }: WebRequest): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  // Never cancelled: a server on Node would close the connection, with a refusal that is still to be sent.
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) yield read.value;
}

function tooLong(maxBytes: number): GeminiError {
  const message = `The body of the request is longer than ${maxBytes} bytes, the limit \`maxBytes\``;
  return new GeminiError(message, { kind: 'overflow', limit: 'size' });
}

function headerOf(request: WebRequest | NodeRequest, name: string): string {
  return String((isWeb(request) ? request.headers.get(name) : request.headers[name]) ?? '');
}

function isWeb(request: WebRequest | NodeRequest): request is WebRequest {
  return typeof request.headers.get === 'function';
}

function assertRequest(request: unknown): void {
  const fields: Partial<WebRequest & NodeRequest> = isObject(request) ? request : {};
  if (isObject(fields.headers) && (isWeb(fields as WebRequest) || typeof fields.iterator === 'function')) return;
  throw typeError('request', 'a web Request or a request of Node', request);
}
