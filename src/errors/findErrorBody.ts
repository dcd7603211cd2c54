import { isObject } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';
import {
  errorField,
  firstDefined,
  hasKnownCode,
  isErrorBody,
  isReply,
  mergeErrorBodies,
  toErrorBody,
  type ErrorBody,
  type JsonFields,
} from './errorBody.js';
import { parseQuotedJson } from './parseQuotedJson.js';
import { readField } from './readField.js';

/** The maximum number of levels of wrapping that are opened; each proxy adds one or two levels. */
const maxLevels = 12;
/** The maximum number of items of a list, and the longest text in UTF-16 units, that are searched. */
const maxItems = 20;
const maxText = 256 * 1024;

/**
 * Finds the error in a server's JSON: Google's, a proxy's or a framework's own, in a list, as text in a field, or
 * within another error; the innermost counts. Returns undefined if the JSON does not describe an error.
 *
 * @param isFailure - Whether the JSON is known to come from a failure, so that JSON after other words is part of it.
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
    if (Array.isArray(value)) return firstDefined(value.slice(0, maxItems), (item) => find(item, depth - 1, isInside));
    const fields = value as JsonFields;
    if (isErrorBody(fields)) return innermost(fields, depth - 1);
    // A reply holds the words of a model, which are not searched; an envelope holds the response that a proxy received.
    return isReply(fields) ? undefined : within(fields, depth - 1, isInside);
  }

  /** The error in a text that is JSON, or has JSON after other words. */
  function inText(text: string, depth: number, isInside: boolean): ErrorBody | undefined {
    if (text.length > maxText) return undefined;
    const whole = tryParseJson(text);
    if (whole !== undefined) return find(whole, depth, isInside);
    const start = text.search(/\{\s*\\*["']|\[\s*\{/);
    const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
    const body = start < 0 ? undefined : find(parseQuotedJson(text.slice(start, end + 1)), depth, isInside);
    return body && (isInside || hasKnownCode(body)) ? body : undefined;
  }

  function within(fields: JsonFields, depth: number, isInside: boolean): ErrorBody | undefined {
    return firstDefined(holders, (holder) => find(readField(fields, holder), depth, isInside));
  }

  function innermost(fields: JsonFields, depth: number): ErrorBody {
    const outer = toErrorBody(fields);
    const [error] = [errorField(fields)].flat();
    // Any value under `error` is an error, with any fields.
    const inner =
      within(fields, depth, true) ?? (isObject(error) && depth > 0 ? innermost(error, depth - 1) : undefined);
    return inner ? mergeErrorBodies(outer, inner) : outer;
  }

  return find(json, maxLevels, isFailure);
}

/** Fields in which proxies, frameworks and clients store the error, or the body, that they received. */
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
