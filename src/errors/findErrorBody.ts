import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';
import { statusOf } from './httpStatus.js';
import { readField } from './readField.js';

/** An error as the JSON of a server describes it; an absent field is unknown. */
export interface ErrorBody {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

/** The most levels of wrapping that are opened: each proxy adds one or two. */
const maxDepth = 12;
/** The most items of a list, and the longest text in UTF-16 units, that are searched. */
const maxItems = 20;
const maxText = 256 * 1024;

/**
 * The error in a server's JSON: Google's, a proxy's or a framework's own, in a list, as text in a field, or within
 * another error; the innermost counts. Undefined if the JSON does not describe an error.
 *
 * @param isFailure - Whether it is known to come from a failure, so that JSON after other words is part of it.
 */
export function findErrorBody(json: unknown, isFailure = false): ErrorBody | undefined {
  // Most events of a stream.
  if (isObject(json) && isReply(json) && errorField(json) === undefined) return undefined;
  /** Errors that were thrown may hold each other in a circle. */
  const seen = new Set<object>();

  function find(value: unknown, depth: number, isInside: boolean): ErrorBody | undefined {
    if (typeof value === 'string') return depth > 0 ? inText(value, depth - 1, isInside) : undefined;
    if (typeof value !== 'object' || value === null || depth === 0 || seen.has(value)) return undefined;
    seen.add(value);
    if (Array.isArray(value)) return first(value.slice(0, maxItems), (item) => find(item, depth - 1, isInside));
    const fields = value as Loose;
    if (isError(fields) || isBareError(fields)) return innermost(fields, depth - 1);
    // A reply holds the words of a model; an envelope holds the response that a proxy received.
    return isReply(fields) ? undefined : within(fields, depth - 1, isInside);
  }

  /** The error in a text that is JSON, or has JSON after other words. */
  function inText(text: string, depth: number, isInside: boolean): ErrorBody | undefined {
    if (text.length > maxText) return undefined;
    const whole = tryParseJson(text);
    if (whole !== undefined) return find(whole, depth, isInside);
    const start = text.search(/\{\s*\\*["']|\[\s*\{/);
    const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
    const body = start < 0 ? undefined : find(quotedJson(text.slice(start, end + 1)), depth, isInside);
    return body && (isInside || statusOf(body) !== undefined) ? body : undefined;
  }

  function within(fields: Loose, depth: number, isInside: boolean): ErrorBody | undefined {
    return first(holders, (holder) => find(readField(fields, holder), depth, isInside));
  }

  function innermost(fields: Loose, depth: number): ErrorBody {
    const outer = bodyOf(fields);
    const [error] = [errorField(fields)].flat();
    // Anything under `error` is an error, whatever fields it has.
    const inner =
      within(fields, depth, true) ?? (isObject(error) && depth > 0 ? innermost(error, depth - 1) : undefined);
    return inner ? joined(outer, inner) : outer;
  }

  return find(json, maxDepth, isFailure);
}

/** Fields in which proxies, frameworks and clients keep the error, or the body, that they received. */
const holders = [
  'error',
  'errors',
  'message',
  'cause',
  'detail',
  'details',
  'body',
  'response',
  'responseBody',
  'data',
  'result',
  'metadata',
  'raw',
  'innererror',
  'innerError',
  'inner_error',
  'upstream',
  'fault',
  'description',
  'err',
  'exception',
  'extensions',
  'failure',
  'payload',
  'reason',
  'Message',
] as const;

type Loose = Readonly<Record<string, unknown>>;

/** Whether JSON is a piece of a reply, whose other fields may hold anything. */
function isReply(fields: Loose): boolean {
  const candidates = readField(fields, 'candidates');
  return (Array.isArray(candidates) && candidates.length > 0) || typeof readField(fields, 'text') === 'string';
}

function errorField(fields: Loose): unknown {
  return readField(fields, 'error') ?? readField(fields, 'errors');
}

/** Whether JSON is an error by its field `error`. An empty object beside a reply is a placeholder. */
function isError(fields: Loose): boolean {
  const error = errorField(fields);
  if (error === true || typeof error === 'number') return messageOf(fields) !== undefined;
  if (Array.isArray(error)) return error.length > 0;
  if (isObject(error)) return !isReply(fields) || Object.keys(error).length > 0;
  return typeof error === 'string' && error !== '';
}

/** Whether JSON has the fields of an error, without an `error` around them: a status of a failure, and words. */
function isBareError(fields: Loose): boolean {
  return !isReply(fields) && (statusOf(bodyOf(fields)) ?? 0) >= 400 && messageOf(fields) !== undefined;
}

function bodyOf(fields: Loose): ErrorBody {
  const [code, type, details] = [codeOf(fields), readField(fields, 'type'), readField(fields, 'details')];
  const status = typeof readField(fields, 'status') === 'string' ? readField(fields, 'status') : type;
  const [error] = [errorField(fields)].flat();
  const message = messageOf(fields) ?? (typeof error === 'string' ? error : undefined);
  return {
    ...(code !== undefined && { code }),
    ...(typeof status === 'string' && { status }),
    ...(message !== undefined && { message }),
    ...(details !== undefined && { details }),
  };
}

function codeOf(fields: Loose): unknown {
  const status = readField(fields, 'status');
  const error = readField(fields, 'error');
  const numbers = [typeof status === 'number' ? status : undefined, typeof error === 'number' ? error : undefined];
  return (
    first(['code', 'statusCode', 'status_code'], (name) => readField(fields, name)) ?? first(numbers, (code) => code)
  );
}

function messageOf(fields: Loose): string | undefined {
  return first(['message', 'error_description', 'detail', 'title', 'faultstring', 'msg', 'Message'], (name) => {
    const text = readField(fields, name);
    return typeof text === 'string' && text !== '' ? text : undefined;
  });
}

/** The inner error, completed by fields that only the outer one has. Code and status stay together. */
function joined(outer: ErrorBody, inner: ErrorBody): ErrorBody {
  const { code, status } = statusOf(inner) === undefined ? outer : inner;
  const message = inner.message ?? outer.message;
  const details = [inner.details, outer.details].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return {
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    ...(message !== undefined && { message }),
    ...(details.length > 0 && { details }),
  };
}

function first<T, R>(items: readonly T[], each: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = each(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** JSON as other programs quote it in a sentence: as it is, with its quotes escaped, or as Python prints it. */
function quotedJson(text: string): unknown {
  const json = tryParseJson(text);
  if (json !== undefined) return json;
  const unescaped = text.includes('\\"') ? tryParseJson(`"${text}"`) : undefined;
  return tryParseJson(typeof unescaped === 'string' ? unescaped : text.replace(pythonTokens, jsonToken));
}

const pythonTokens = /'((?:[^'\\]|\\[^])*)'|"(?:[^"\\]|\\[^])*"|\b(?:True|False|None)\b/g;

function jsonToken(token: string, inQuotes: string | undefined): string {
  if (inQuotes !== undefined) return JSON.stringify(inQuotes.replace(/\\(['"])/g, '$1'));
  return token.startsWith('"') ? token : token === 'None' ? 'null' : token.toLowerCase();
}
