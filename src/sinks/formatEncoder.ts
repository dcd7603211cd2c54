import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { publicError } from '../errors/publicError.js';
import { assertOptions, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';
import type { ReplyEncoder, ReplyFormat } from './replyFormat.js';

/** A format, read and checked at the call of a sink or operator. */
export interface CheckedFormat<T, E = unknown> {
  readonly headers: Readonly<Record<string, string>>;
  readonly terminator: string | undefined;
  /** Begins a reply. Throws a `GeminiError` if the format does not return an encoder. */
  readonly begin: () => FormatEncoder<T, E>;
}

/** An encoder that returns lists of events, or throws. */
interface FormatEncoder<T, E> {
  start(): readonly E[];
  chunk(chunk: T): readonly E[];
  end(): readonly E[];
  /** The events of the public form of an error. */
  failure(cause: unknown): readonly E[];
}

/** Whether the value of an option is meant as a {@link ReplyFormat}. */
export function isReplyFormat(format: unknown): format is ReplyFormat {
  return isObject(format) && 'begin' in format;
}

/** Reads a format once, so that a later change of the object does not change the replies. */
export function checkFormat<T extends GeminiChunk, E>(format: ReplyFormat<T, E>): CheckedFormat<T, E> {
  if (!isReplyFormat(format)) throw typeError('format', 'a ReplyFormat: an object with `begin`', format);
  const { headers = {}, terminator } = format;
  assertMethods('format', format, ['begin']);
  assertOptions(headers, 'format.headers');
  for (const [name, value] of Object.entries<unknown>(headers)) assertHeader(name, value);
  if (terminator !== undefined && (typeof terminator !== 'string' || !/^[^\r\n]+$/.test(terminator))) {
    throw typeError('format.terminator', 'a text of one line', terminator);
  }
  const begin = () => orFault(() => checkEncoder(format.begin()));
  return { headers: { ...headers }, terminator, begin };
}

function assertHeader(name: string, value: unknown): void {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) {
    throw new TypeError(`Expected \`format.headers\` to have names of headers, got '${name.slice(0, 32)}'`);
  }
  if (typeof value === 'string' && /^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(value)) return;
  throw typeError(`format.headers['${name}']`, 'the text of a header', value);
}

function assertMethods<K extends string>(
  name: string,
  object: Readonly<Record<K, unknown>>,
  methods: readonly K[],
): void {
  for (const method of methods) {
    if (typeof object[method] !== 'function') throw typeError(`${name}.${method}`, 'a function', object[method]);
  }
}

function checkEncoder<T extends GeminiChunk, E>(encoder: ReplyEncoder<T, E>): FormatEncoder<T, E> {
  assertOptions(encoder, 'begin()');
  assertMethods('begin()', encoder, ['start', 'chunk', 'end', 'failure']);
  return {
    start: () => assertEvents('start()', encoder.start()),
    chunk: (chunk) => assertEvents('chunk()', encoder.chunk(chunk)),
    end: () => assertEvents('end()', encoder.end()),
    failure: (cause) => assertEvents('failure()', encoder.failure(publicError(cause))),
  };
}

/**
 * Calls a function of a format after whose error no event can be sent. The message of that error is safe: frameworks
 * send it to the client.
 */
export function orFault<V>(call: () => V): V {
  try {
    return call();
  } catch (cause) {
    throw new GeminiError('The format of the reply failed', { kind: 'unknown', cause });
  }
}

/** A text would be read as a list of characters, and a promise as a source. */
function assertEvents<E>(name: string, events: readonly E[]): readonly E[] {
  const list: unknown = events;
  if (Array.isArray(list)) return events;
  throw typeError(name, 'a list of events', events);
}
