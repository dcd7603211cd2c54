import { isErrorLike } from './errorLike.js';
import { defineHidden } from './defineHidden.js';
import { redact, redacted } from './redact.js';
import { isSecretName } from './secretNames.js';

/** Keys that are read even when inherited (errors, `Request`, `URL`); visited first. */
const inheritedKeys = ['name', 'message', 'code', 'stack', 'cause', 'url', 'href', 'headers'];

/** The custom inspection of an error, which may print private fields, invisible to this search. */
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/** The tags of collections, whose items are not fields. */
const collection = /(?:Map|Set|Headers|Params|FormData)\]$/;

/** The limits of the search: through a socket, an error can hold half of the process. */
const maxValues = 10_000;
const maxChars = 256 * 1024;
const maxSearchDepth = 50;

/** Causes that were searched: several operators copy an error, and each copy has the same cause. */
const safeCauses = new WeakSet<object>();

/** Marks a cause as safe to print; returns the cause. */
export function markSafe<T>(cause: T): T {
  if (isReference(cause)) safeCauses.add(cause);
  return cause;
}

/**
 * Returns a cause that is safe to print: the cause itself, unless it shows a secret or exceeds the limits of the
 * search. Then it returns a copy without secrets, in which errors keep their class and other objects are plain data.
 */
export function withoutSecrets(cause: unknown): unknown {
  const copies = new Map<object, object>();
  const found = { values: 0, chars: 0, isSafe: true };

  function safeText(text: string, isSecret = false): string {
    found.chars += text.length;
    const safe = isSecret || found.chars - text.length > maxChars ? redacted : redact(text);
    found.isSafe &&= safe === text;
    return safe;
  }

  function safeCopy(value: unknown, isSecret: boolean, depth: number): unknown {
    if (typeof value === 'string' || typeof value === 'symbol') return safeText(String(value), isSecret);
    // Bytes are printed as numbers.
    if (!isReference(value) || ArrayBuffer.isView(value)) return value;
    if (!isSecret && safeCauses.has(value)) return value;
    const copied = copies.get(value);
    if (copied) return copied;

    const holder = holderOf(value);
    const copy = emptyCopy(holder);
    copies.set(value, copy);
    if (isErrorLike(holder) && typeof readRaw(holder, inspectCustom) === 'function') {
      found.isSafe = false;
      Reflect.defineProperty(copy, inspectCustom, { value: undefined, configurable: true });
    }
    // A list of headers has each name before its value.
    let before = '';
    for (const key of new Set([...inheritedKeys, ...Reflect.ownKeys(holder)])) {
      if (key === inspectCustom) continue;
      if (++found.values > maxValues || depth > maxSearchDepth) {
        found.isSafe = false;
        break;
      }
      const held = readRaw(holder, key);
      if (held === undefined) continue;
      const name = String(key);
      const safeName = safeText(name);
      const text = key === 'stack' ? shortStack(held, holder) : held;
      const isNamed = isSecretName(name) || isSecretName(before);
      const value = safeCopy(text, isSecret || isNamed, depth + 1);
      const copyKey = safeName === name ? key : safeName;
      const { get, enumerable = false } = Reflect.getOwnPropertyDescriptor(holder, key) ?? {};
      // Hidden, as by `defineHidden`.
      if (get && !enumerable) defineHidden(copy, copyKey, value);
      // The copy of a list has a length already.
      else Reflect.defineProperty(copy, copyKey, { value, enumerable, configurable: true, writable: true });
      if (Array.isArray(holder)) before = typeof held === 'string' ? held : '';
    }
    return copy;
  }

  try {
    const copy = safeCopy(cause, false, 0);
    return markSafe(found.isSafe ? cause : copy);
  } catch {
    // An object that throws on any access, such as a revoked proxy.
    return redacted;
  }
}

/** The object whose fields are searched: the value, or the items of a collection; a long list is cut to the limit. */
function holderOf(value: object): object {
  if (collection.test(Object.prototype.toString.call(value))) return Array.from(value as Iterable<unknown>);
  return Array.isArray(value) && value.length > maxValues ? value.slice(0, maxValues + 1) : value;
}

/** The stack, which begins with the message; a long message in it is redacted and cut. */
function shortStack(stack: unknown, error: object): unknown {
  const message = readRaw(error, 'message');
  if (typeof stack !== 'string' || typeof message !== 'string' || message.length < longMessage) return stack;
  const end = stack.indexOf(message) + message.length;
  return end < message.length ? stack : `${stack.slice(0, end - message.length)}${redact(message)}${stack.slice(end)}`;
}

const longMessage = 4096;

function isReference(value: unknown): value is object {
  return Object(value) === value;
}

function emptyCopy(value: object): object {
  if (!isErrorLike(value)) return Array.isArray(value) ? [] : {};
  const copy = new Error();
  if (value instanceof Error) Object.setPrototypeOf(copy, Object.getPrototypeOf(value) as object);
  return copy;
}

/** A field of a value, also `null`; undefined if it throws when it is read. */
function readRaw(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}
