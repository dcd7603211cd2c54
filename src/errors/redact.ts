import { isErrorLike } from './errorLike.js';

/** API keys and tokens in the forms in which an error can quote them; each pattern's group is what may stay. */
const secrets: readonly RegExp[] = [
  // `fetch` quotes a header that it refuses, and a key that was pasted with a line break is one.
  /(\bHeaders\.\w+: )[^]{1,2000}?(?= is an invalid header value)/gi,
  /((?:key|token)=|\bx-goog-api-key["'\\]*\s*[:=]\s*["'\\]*)[^\s"'\\&,;}]+/gi,
  /(\bauthorization["'\\]*\s*[:=]\s*["'\\]*(?:(?:basic|bearer)\s+)?)[^\s"'\\&,;}]+/gi,
  // Without its header it has to look like one: "bearer token" are words.
  /(\bbearer\s+)[\w.~+/=-]{16,}/gi,
  /()(?:\bAIza[\w-]{20,}|\bAQ\.[\w-]{20,}|\bya29\.[\w.-]+)/g,
];

/** A text of somebody else's without what looks like a key or a token. */
export function redact(text: string): string {
  return secrets.reduce((safe, secret) => safe.replace(secret, '$1[redacted]'), text);
}

/**
 * A cause that is safe to print: the same object, unless it quotes a secret. Then it is a copy of its name, message,
 * stack and cause without the secret.
 */
export function withoutSecrets(cause: unknown, depth = 0): unknown {
  if (typeof cause === 'string') return redact(cause);
  if (!isErrorLike(cause) || depth > maxDepth) return cause;
  const { name, message, stack, cause: inner } = cause;
  const safeInner = withoutSecrets(inner, depth + 1);
  const fields: unknown[] = Object.values(cause);
  const printed = [message, stack, ...fields].filter((text) => typeof text === 'string');
  if (safeInner === inner && printed.every((text) => redact(text) === text)) return cause;
  const safe = new Error(redact(message), safeInner === undefined ? undefined : { cause: safeInner });
  if (typeof name === 'string') safe.name = name;
  if (typeof stack === 'string') safe.stack = redact(stack);
  return safe;
}

/** Causes may be a ring. */
const maxDepth = 8;
