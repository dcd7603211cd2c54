/** API keys and tokens in the forms in which an error can quote them; each pattern's group is what may stay. */
const secrets: readonly RegExp[] = [
  // `fetch` quotes a header that it refuses, and a key that was pasted with a line break is one.
  /(\bHeaders\.\w+: )[^]{1,2000}?(?= is an invalid header value)/gi,
  /((?:key|token)=)[^\s"'\\&,;}]+/gi,
  // A scheme comes before the token; a word too much may go.
  /(\b(?:x-goog-api-key|authorization)["'\\]*\s*[:=]\s*["'\\]*)(?:\w+[ \t]+)?[^\s"'\\&,;}]+/gi,
  // Without its header it has to look like one: "bearer token" are words.
  /(\bbearer\s+)[\w.~+/=-]{16,}/gi,
  /()(?:AIza[\w-]{20,}|\bAQ\.[\w-]{20,}|\bya29\.[\w.-]+)/g,
];

/** What stands for a secret. */
export const redacted = '[redacted]';

/** A text of somebody else's without what looks like a key or a token. */
export function redact(text: string): string {
  return secrets.reduce((safe, secret) => safe.replace(secret, `$1${redacted}`), text);
}
