import { isErrorLike } from './errorLike.js';
import { defineHidden } from './defineHidden.js';
import { redact, redacted } from './redact.js';
import { isSecretName } from './secretNames.js';

/** What is looked at though it may be a prototype's: an error's, a `Request`'s, a URL's. It comes first. */
const inherited = ['name', 'message', 'code', 'stack', 'cause', 'url', 'href', 'headers'];

/** The custom inspection of an error, which may print private fields that are not seen here. */
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/** What holds things elsewhere than in its fields. */
const collection = /(?:Map|Set|Headers|Params|FormData)\]$/;

/** The most that is looked at, and the deepest: by way of a socket, an error can hold half of the process. */
const maxValues = 10_000;
const maxChars = 256 * 1024;
const maxDepth = 50;

/** Causes that were looked at: an error is made anew by several operators, and its cause is one and the same. */
const known = new WeakSet<object>();

/** Notes that a cause is safe to print; gives it back. */
export function markSafe<T>(cause: T): T {
  if (isReference(cause)) known.add(cause);
  return cause;
}

/**
 * A cause that is safe to print: the same object, unless it shows a secret, or holds more than is looked at. Then it is
 * a copy without, in which an error is of the same class, and what is no error is plain data.
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
    if (!isSecret && known.has(value)) return value;
    const copied = copies.get(value);
    if (copied) return copied;

    const holder = holderOf(value);
    const copy = emptyCopy(holder);
    copies.set(value, copy);
    if (isErrorLike(holder) && typeof read(holder, inspectCustom) === 'function') {
      found.isSafe = false;
      Reflect.defineProperty(copy, inspectCustom, { value: undefined, configurable: true });
    }
    // In a list of headers the name comes before the value.
    let before = '';
    for (const key of new Set([...inherited, ...Reflect.ownKeys(holder)])) {
      if (key === inspectCustom) continue;
      if (++found.values > maxValues || depth > maxDepth) {
        found.isSafe = false;
        break;
      }
      const held = read(holder, key);
      if (held === undefined) continue;
      const name = String(key);
      const safeName = safeText(name);
      const text = key === 'stack' ? shortStack(held, holder) : held;
      const isNamed = isSecretName(name) || isSecretName(before);
      const value = safeCopy(text, isSecret || isNamed, depth + 1);
      const copyKey = safeName === name ? key : safeName;
      if (isHidden(holder, key)) defineHidden(copy, copyKey, value);
      // All but the length of a list, which it has.
      else
        Reflect.defineProperty(copy, copyKey, {
          value,
          enumerable: Object.prototype.propertyIsEnumerable.call(holder, key),
          configurable: true,
          writable: true,
        });
      if (Array.isArray(holder)) before = typeof held === 'string' ? held : '';
    }
    return copy;
  }

  try {
    const copy = safeCopy(cause, false, 0);
    return markSafe(found.isSafe ? cause : copy);
  } catch {
    // It cannot be looked at, as a revoked proxy.
    return redacted;
  }
}

/** The fields of a value, or the items of a collection; of a long list only as many as are read. */
function holderOf(value: object): object {
  if (collection.test(Object.prototype.toString.call(value))) return Array.from(value as Iterable<unknown>);
  return Array.isArray(value) && value.length > maxValues ? value.slice(0, maxValues + 1) : value;
}

/** Whether a property is one that {@link defineHidden} made, or any like it. */
function isHidden(holder: object, key: PropertyKey): boolean {
  const { get, enumerable } = Reflect.getOwnPropertyDescriptor(holder, key) ?? {};
  return get !== undefined && !enumerable;
}

/** The stack, which begins with the message. If that is too long, only the places in the code are kept whole. */
function shortStack(stack: unknown, error: object): unknown {
  const message = read(error, 'message');
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

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}
