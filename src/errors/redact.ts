/** API keys and tokens in the forms in which an error can quote them: a URL, a header, a bare key of Google's. */
const secrets = /(\bkey=|\bx-goog-api-key["']?\s*[:=]\s*["']?|\bauthorization["']?\s*[:=]\s*["']?(?:bearer\s+)?|\bbearer\s+)[^\s"'&,}]+|\bAIza[\w-]{20,}|\bya29\.[\w.-]+/giu;

/** A text of somebody else's without what looks like a key or a token. */
export function redact(text: string): string {
  return text.replace(secrets, (_, lead: string | undefined) => `${lead ?? ''}[redacted]`);
}
