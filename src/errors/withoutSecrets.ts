import { isErrorLike } from './errorLike.js';
import { hide } from './hide.js';
import { redact, redacted } from './redact.js';

/** Fields, headers and parameters of such a name are secrets, whatever they look like; a symbol's ends with a bracket. */
const secretName = /(?:key|token|authorization)\)?$/i;

/** What is looked at though it may be a prototype's: an error's, a `Request`'s, a URL's. It comes first. */
const inherited = ['name', 'message', 'code', 'stack', 'cause', 'url', 'href', 'headers'];

/** What holds things elsewhere than in its fields. */
const collection = /(?:Map|Set|Headers|Params|FormData)\]$/;

/** The most that is looked at, and the deepest: by way of a socket, an error can hold half of the process. */
const maxValues = 10_000;
const maxDepth = 50;

/**
 * A cause that is safe to print: the same object, unless it shows a secret, or holds more than is looked at. Then it is a
 * copy without, in which an error is of the same class, and what is no error is plain data.
 */
export function withoutSecrets(cause: unknown): unknown {
  const copies = new Map<object, object>();
  const found = { values: 0, isSafe: true };

  function safeText(text: string, isSecret = false): string {
    const safe = isSecret ? redacted : redact(text);
    found.isSafe &&= safe === text;
    return safe;
  }

  function safeCopy(value: unknown, isSecret: boolean, depth: number): unknown {
    if (typeof value === 'string' || typeof value === 'symbol') return safeText(String(value), isSecret);
    // Bytes are printed as numbers.
    if (!isObject(value) || ArrayBuffer.isView(value)) return value;
    const known = copies.get(value);
    if (known) return known;

    const holder = collection.test(Object.prototype.toString.call(value)) ? Array.from(value as never[]) : value;
    const copy = emptyCopy(holder);
    copies.set(value, copy);
    // In a list of headers the name comes before the value.
    let before = '';
    for (const key of new Set([...inherited, ...Reflect.ownKeys(holder)])) {
      if (++found.values > maxValues || depth > maxDepth) {
        found.isSafe = false;
        break;
      }
      const held = read(holder, key);
      if (held === undefined) continue;
      const name = String(key);
      const safeName = safeText(name);
      const isNamed = secretName.test(name) || secretName.test(before);
      const value = safeCopy(held, isSecret || isNamed, depth + 1);
      const copyKey = safeName === name ? key : safeName;
      if (isHidden(holder, key)) hide(copy, copyKey, value);
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
    return found.isSafe ? cause : copy;
  } catch {
    // It cannot be looked at, as a revoked proxy.
    return redacted;
  }
}

/** Whether a property is one that {@link hide} made, or any like it. */
function isHidden(holder: object, key: PropertyKey): boolean {
  const { get, enumerable } = Reflect.getOwnPropertyDescriptor(holder, key) ?? {};
  return get !== undefined && !enumerable;
}

function isObject(value: unknown): value is object {
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
