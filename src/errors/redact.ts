import { stripControls } from './stripControls.js';
import { secretNames } from './secretNames.js';

/** What stands for a secret. */
export const redacted = '[redacted]';

/** The most that is read and kept, in UTF-16 units. */
const maxLength = 16 * 1024;

/** The text before the cut that is dropped as well, in UTF-16 units: a part of a secret does not look like one. */
const margin = 4096;

/** Quotes, as they are in JSON, and in JSON that is in JSON. */
const quotes = `["'\\\\]*`;

/** A word after the name of a secret that is not the secret: "API key: not valid". */
const notASecret =
  '(?!(?:a|access|add|an|and|any|are|at|bad|be|blocked|by|bytes|can|cannot|check|contains|could|create|denied|disabled|does|empty|enter|error|expected|expired|failed|false|field|file|find|flag|for|format|found|from|get|given|got|has|have|header|how|if|in|incorrect|invalid|is|it|its|length|malformed|maximum|minimum|mismatch|missing|must|no|none|not|null|number|object|of|on|one|option|or|pass|please|policy|provide|provided|reason|rejected|required|revoked|see|send|set|should|stale|string|such|that|the|there|these|they|this|those|to|too|true|try|unauthorized|unavailable|undefined|unknown|unsupported|use|used|value|was|we|were|when|will|with|without|wrong|you|your)\\b(?![-_.~+/=]?\\w*\\d))';

/** The value of a secret that only its name marks: a whole list or object, or a word. */
const value = `(?:\\[[^\\]]{0,4000}\\]?|\\{[^}]{0,4000}\\}?|${notASecret}(?:(?:bearer|basic)\\s{1,9})?[^\\s"'\\\\&,;}<]+)`;

/** A value up to its closing quote, at the same depth of JSON in JSON. */
const quotedValue = `(?:(?!\\2)(?:\\\\[^]|[^\\\\])){1,4000}`;

/** A token, and not a word: long, in one piece, and not of letters alone. */
const tokenLike = `(?=[\\w.~+/=-]*\\d)[\\w.~+/=-]{16,}`;

/**
 * A token that stands behind a word only: of letters and digits, for the names of models and of fields have more in
 * them.
 */
const spelledToken = `(?=[a-z_-]*\\d)(?=[\\d_-]*[a-z])(?!(?:gemini|projects|models|gpt)\\b)[\\w-]{16,}`;

/** Forms in which a text can quote a secret; the match of a pattern's first group stays. */
const secrets: readonly RegExp[] = [
  /()-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  // A URL's user and password.
  /([a-z\d]:\/\/|\s\/\/)[^\s/?#"'<>\\]*(?=@)/gi,
  // The rest of the line, or of the string, is one value.
  new RegExp(
    `(authorization${quotes}\\s{0,9}[:=]\\s{0,9}${quotes})(?:digest|hawk|oauth|signature|aws4-[\\w-]{1,40})\\s[^\\r\\n]*`,
    'gi',
  ),
  new RegExp(`((?:set-)?cookie${quotes}\\s{0,9}[:=]\\s{0,9})[\\w!#$%&*+.^|~-]+=[^\\r\\n"'\\\\]*`, 'gi'),
  // A scheme comes before the token; a word too much may go.
  new RegExp(
    `(authorization${quotes}\\s{0,9}[:=]>?\\s{0,9}${quotes})${notASecret}(?:\\w{1,40}[ \\t]+)?[^\\s"'\\\\&,;}]+`,
    'gi',
  ),
  new RegExp(`((?:${secretNames})${quotes}\\s{0,9}[:=]>?\\s{0,9}(\\\\*["']))${quotedValue}`, 'gi'),
  new RegExp(`((?:${secretNames})${quotes}\\s{0,9}[:=]>?\\s{0,9})${value}`, 'gi'),
  // A list of names and values, as raw headers are.
  new RegExp(`((?:${secretNames})["']\\s{0,9},\\s{0,9}["'])[^"']+`, 'gi'),
  // Elements of XML.
  new RegExp(`(<(?:${secretNames})(?:\\s[^<>]{0,200})?>)[^<]+`, 'gi'),
  // Parameters.
  /((?:key|token|(?:^|[^a-z\d])(?:sig|sid|jwt|pw|session)|signature|assertion)=)(?!value\b)[^\s"'\\&,;}#]+/gi,
  /([?&](?:code|code_verifier|state|nonce|auth|pass|session|s)=)[^\s"'\\&,;}#]+/gi,
  // Words that have other meanings, before a value that can only be a token.
  new RegExp(`((?:key|token|sig|signature|assertion|jwt)${quotes}\\s{0,9}[:=]\\s{0,9}${quotes})${tokenLike}`, 'gi'),
  new RegExp(
    `((?:key|token|secret|password|passphrase|credentials?)(?: (?:is|was|of|value|provided|received|given|used)){0,2}:?[\\s"'\`(]{1,3})${spelledToken}`,
    'gi',
  ),
  // Arguments of a command.
  new RegExp(`(\\s--?(?:[a-z]{1,20}-){0,3}(?:${secretNames}|key|token)\\s{1,3})${notASecret}[^\\s"'\\\\<]+`, 'gi'),
  /(\s(?:-u|--user)\s{1,3}["']?[^\s:"']{1,100}:)[^\s"'\\]+/g,
  // Without its header it has to look like one: "bearer token" and "basic authentication" are words.
  /(\bbearer\s{1,9})(?!(?:authentication|authorization|credentials?)\b)(?:[\w.~+/=-]{12,}|(?=[a-z.]*[\d_~+/=-])[\w.~+/=-]{6,})/gi,
  /(\b[Bb]asic\s{1,9})(?=[a-z]*[A-Z\d+/=])[A-Za-z\d+/]{8,}={0,2}/g,
  // Tokens that are known by their beginning.
  /()\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g,
  /()(?:AIza[\w-]{20,}|\bAQ\.[\w-]{20,}|\bya29\.[\w.-]+|\bGOCSPX-[\w-]{10,}|\b1\/\/0[\w-]{20,})/g,
  /()\b(?:sk-[\w-]{16,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{10,}|AKIA[A-Z\d]{12,})/g,
  /()\b(?:(?:hf|npm|gsk|r8|shpat|whsec|dop_v1|[prs]k_(?:live|test))_\w{16,}|(?:glpat|xai|pypi)-[\w-]{16,}|SG\.[\w.-]{30,})/g,
  /(hooks\.slack\.com\/services\/)[^\s"'\\]+/g,
];

/**
 * A foreign text without keys, tokens, passwords and the commands of a terminal. A long one is cut first, so that the
 * time is bounded.
 */
export function redact(text: string): string {
  if (text.length <= maxLength) return withoutTokens(text);
  return `${withoutTokens(text.slice(0, maxLength)).slice(0, maxLength - margin)}…`;
}

/** A text without any of these has none of the forms above: most texts are short, and are searched once. */
const hint = /[:=@%<\p{Cc}\u202A-\u202E\u2066-\u2069]|["']\s{0,9},|-----|[\w-]{15}|bearer|basic|eyJ|ya29|AQ\./iu;

function withoutTokens(text: string): string {
  if (!hint.test(text)) return text;
  const clean = withoutHeaders(stripControls(text)).replace(quoteEntity, '"');
  // Not by one pattern from the beginning of a word to its first percent sign: that is quadratic.
  const decoded = encoded.test(clean) ? clean.replace(/[^\s"'\\<>]+/g, decodedIfSecret) : clean;
  return withoutPatterns(decoded);
}

/** A quote in the text of a web page. */
const quoteEntity = /&(?:quot|apos|#34|#39|#x22|#x27);/gi;

const encoded = /%(?:25)*(?:3D|3A|22|40)/i;

function withoutPatterns(text: string): string {
  const found = new Set<string>();
  let safe = text;
  for (const secret of secrets) {
    safe = safe.replace(secret, (match: string, kept: string) => {
      if (found.size < maxRepeated) found.add(match.slice(kept.length).split(/\s/).at(-1) ?? '');
      return kept + redacted;
    });
  }
  // A secret that stands with its name may stand without it elsewhere.
  for (const value of found) {
    if (value.length >= leastRepeated && !value.includes(redacted)) safe = safe.replaceAll(value, redacted);
  }
  return safe;
}

/** The most secrets that are searched for once more, and their least length: a short one may be a common word. */
const maxRepeated = 8;
const leastRepeated = 12;

/** Removes the header that `fetch` quotes when it refuses it, such as a key that was pasted with a line break. */
function withoutHeaders(text: string): string {
  const start = text.search(/\bHeaders\.\w{1,20}: /);
  const end = text.lastIndexOf(' is an invalid header value');
  if (start < 0 || end < start) return text;
  return `${text.slice(0, text.indexOf(': ', start) + 2)}${redacted}${text.slice(end)}`;
}

/** A word that is percent-encoded, once or several times; decoded, without its secrets, if it has any. */
function decodedIfSecret(word: string): string {
  if (!encoded.test(word)) return word;
  let decoded = word;
  for (let times = 0; times < 3; times++) decoded = decoded.replace(/%([2-7][\da-f])/gi, decodedCharacter);
  const safe = withoutPatterns(decoded);
  return safe === decoded ? word : safe;
}

function decodedCharacter(_: string, code: string): string {
  return code.toLowerCase() === '7f' ? '' : String.fromCharCode(Number.parseInt(code, 16));
}
