import { GeminiError } from './geminiError.js';

/** The deepest nesting of foreign JSON that is read: far above any reply, far below the limit of a recursive reader. */
export const maxJsonDepth = 1000;

/** The predicate of a sentence about JSON that is nested deeper. */
export const tooDeepMessage = 'is nested deeper than 1000 levels, the limit';

/** Makes the error of JSON that is nested deeper; `subject` begins the sentence. */
export function depthError(subject: string): GeminiError {
  return new GeminiError(`${subject} ${tooDeepMessage}`, { kind: 'overflow', limit: 'depth' });
}

/**
 * Whether a JSON text is nested deeper than `maxDepth`. Reads the text before it is parsed, in linear time; a text that
 * is too short to be that deep is not read.
 */
export function isTextTooDeep(text: string, maxDepth = maxJsonDepth): boolean {
  if (text.length <= maxDepth) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openList || code === openObject) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === closeList || code === closeObject) depth -= 1;
  }
  return false;
}

/** Whether a parsed value is nested deeper than {@link maxJsonDepth}. Reads the value level by level. */
export function isValueTooDeep(value: unknown): boolean {
  if (isShallow(value, shallowDepth)) return false;
  const seen = new Set<object>();
  let level = [value].filter(isJsonContainer);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxJsonDepth) return true;
    const inner: object[] = [];
    for (const container of level) {
      // A value of another client may be circular.
      if (seen.has(container)) continue;
      seen.add(container);
      for (const held of Object.values(container)) if (isJsonContainer(held)) inner.push(held);
    }
    level = inner;
  }
  return false;
}

/** The depth of a chunk whose parts have only text: most chunks of a stream. */
const shallowDepth = 6;

/** Whether a value is nested at most `depth` deep. Ends at the first container that is deeper. */
function isShallow(value: unknown, depth: number): boolean {
  if (!isJsonContainer(value)) return true;
  if (depth === 0) return false;
  const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const inner of held) if (!isShallow(inner, depth - 1)) return false;
  return true;
}

/**
 * Serialises a foreign value, which may be nested to any depth. Some engines have no limit, so the text is checked as
 * well: all JSON that is written can be read.
 *
 * @throws GeminiError - `overflow`, if the value is nested too deep.
 * @throws TypeError - If the value has no JSON, as a function or undefined.
 */
export function toBoundedJson(value: unknown, subject: string): string {
  let json: string | undefined;
  try {
    json = stringify(value);
  } catch (cause) {
    throw isValueTooDeep(value) ? depthError(subject) : cause;
  }
  if (json === undefined) throw new TypeError(`${subject} has no JSON`);
  if (isTextTooDeep(json)) throw depthError(subject);
  return json;
}

/** `JSON.stringify` with its real type: undefined, a function and a symbol have no JSON. */
export const stringify: (value: unknown) => string | undefined = JSON.stringify;

function isJsonContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** The place of the quote that ends the string at `start`; the end of the text if the string does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text.charCodeAt(escapes - 1) === backslash) escapes -= 1;
    if ((end - escapes) % 2 === 0) return end;
  }
  return text.length;
}
