import { stripControls } from './stripControls.js';
import { secretNames } from './secretNames.js';

/** The text that replaces a secret. */
export const redacted = '[redacted]';

/** The longest text that is searched and returned, in UTF-16 units. */
const maxRedacted = 16 * 1024;

/**
 * The length of text before a cut that is dropped as well, in UTF-16 units: a cut secret does not look like a secret.
 */
const cutMargin = 4096;

/** A word after the name of a secret that is not the secret: "API key: not valid". */
const notASecret =
  '(?!(?:a|access|add|an|and|any|are|at|bad|be|blocked|by|bytes|can|cannot|check|contains|could|create|denied|disabled|does|empty|enter|error|expected|expired|failed|false|field|file|find|flag|for|format|found|from|get|given|got|has|have|header|how|if|in|incorrect|invalid|is|it|its|length|malformed|maximum|minimum|mismatch|missing|must|no|none|not|null|number|object|of|on|one|option|or|pass|please|policy|provide|provided|reason|rejected|required|revoked|see|send|set|should|stale|string|such|that|the|there|these|they|this|those|to|too|true|try|unauthorized|unavailable|undefined|unknown|unsupported|use|used|value|was|we|were|when|will|with|without|wrong|you|your)\\b(?![-_.~+/=]?\\w*\\d))';

/** Made at the first text that may have a secret: most programs never see one. */
let secrets: readonly RegExp[] | undefined;

/** Makes the patterns of a secret in a text; the match of the first group of each pattern stays. */
function secretPatterns(): readonly RegExp[] {
  // Quotes as in JSON, and as in JSON within JSON.
  const quotes = `["'\\\\]*`;

  // The value of a secret that only its name reveals: a whole list or object, or a word.
  const value = `(?:\\[[^\\]]{0,4000}\\]?|\\{[^}]{0,4000}\\}?|${notASecret}(?:(?:bearer|basic)\\s{1,9})?[^\\s"'\\\\&,;}<]+)`;

  // A value up to its closing quote, at the same depth of JSON in JSON.
  const quotedValue = `(?:(?!\\2)(?:\\\\[^]|[^\\\\])){1,4000}`;

  // A token, not a word: long, without blanks, and not only of letters.
  const tokenLike = `(?=[\\w.~+/=-]*\\d)[\\w.~+/=-]{16,}`;

  // A token after a word, without a separator: of letters and digits, and not the name of a model or a resource.
  const spelledToken = `(?=[a-z_-]*\\d)(?=[\\d_-]*[a-z])(?!(?:gemini|projects|models|gpt)\\b)[\\w-]{16,}`;
  return [
    /()-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    // The user and the password of a URL.
    /([a-z\d]:\/\/|\s\/\/)[^\s/?#"'<>\\]*(?=@)/gi,
    // The rest of the line, or of the string, is one value.
    new RegExp(
      `(authorization${quotes}\\s{0,9}[:=]\\s{0,9}${quotes})(?:digest|hawk|oauth|signature|aws4-[\\w-]{1,40})\\s[^\\r\\n]*`,
      'gi',
    ),
    new RegExp(`((?:set-)?cookie${quotes}\\s{0,9}[:=]\\s{0,9})[\\w!#$%&*+.^|~-]+=[^\\r\\n"'\\\\]*`, 'gi'),
    // A scheme comes before the token; a word too many may be redacted.
    new RegExp(
      `(authorization${quotes}\\s{0,9}[:=]>?\\s{0,9}${quotes})${notASecret}(?:\\w{1,40}[ \\t]+)?[^\\s"'\\\\&,;}]+`,
      'gi',
    ),
    new RegExp(`((?:${secretNames})${quotes}\\s{0,9}[:=]>?\\s{0,9}(\\\\*["']))${quotedValue}`, 'gi'),
    new RegExp(`((?:${secretNames})${quotes}\\s{0,9}[:=]>?\\s{0,9})${value}`, 'gi'),
    // A list of names and values, such as raw headers.
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
    // Without a header, the token must look like a token: "bearer token" and "basic authentication" are words.
    /(\bbearer\s{1,9})(?!(?:authentication|authorization|credentials?)\b)(?:[\w.~+/=-]{12,}|(?=[a-z.]*[\d_~+/=-])[\w.~+/=-]{6,})/gi,
    /(\b[Bb]asic\s{1,9})(?=[a-z]*[A-Z\d+/=])[A-Za-z\d+/]{8,}={0,2}/g,
    // Tokens with a known prefix.
    /()\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g,
    /()(?:AIza[\w-]{20,}|\bAQ\.[\w-]{20,}|\bya29\.[\w.-]+|\bGOCSPX-[\w-]{10,}|\b1\/\/0[\w-]{20,})/g,
    /()\b(?:sk-[\w-]{16,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{10,}|AKIA[A-Z\d]{12,})/g,
    /()\b(?:(?:hf|npm|gsk|r8|shpat|whsec|dop_v1|[prs]k_(?:live|test))_\w{16,}|(?:glpat|xai|pypi)-[\w-]{16,}|SG\.[\w.-]{30,})/g,
    /(hooks\.slack\.com\/services\/)[^\s"'\\]+/g,
  ];
}

/**
 * Removes keys, tokens, passwords and terminal commands from a foreign text. A long text is cut first, so that the time
 * is bounded.
 */
export function redact(text: string): string {
  if (text.length <= maxRedacted) return withoutTokens(text);
  return `${withoutTokens(text.slice(0, maxRedacted)).slice(0, maxRedacted - cutMargin)}…`;
}

/** A text without a match of this pattern has no secret of any form, so most texts are searched only once. */
const hint =
  /[:=@%<]|[^ -~\xA0-\u2029\u202F-\u2065\u206A-\uFFFF]|["']\s{0,9},|-----|[\w-]{15}|bearer|basic|eyJ|ya29|AQ\./i;

function withoutTokens(text: string): string {
  if (!hint.test(text)) return text;
  const clean = withoutHeaders(stripControls(text)).replace(quoteEntity, '"');
  // A single pattern from the start of a word to its first percent sign would be quadratic.
  const decoded = encoded.test(clean) ? clean.replace(/[^\s"'\\<>]+/g, decodedIfSecret) : clean;
  return withoutPatterns(decoded);
}

/** A quote as an HTML entity. */
const quoteEntity = /&(?:quot|apos|#34|#39|#x22|#x27);/gi;

const encoded = /%(?:25)*(?:3D|3A|22|40)/i;

function withoutPatterns(text: string): string {
  const found = new Set<string>();
  let safe = text;
  secrets ??= secretPatterns();
  for (const secret of secrets) {
    safe = safe.replace(secret, (match: string, kept: string) => {
      if (found.size < maxRepeated) found.add(match.slice(kept.length).split(/\s/).at(-1) ?? '');
      return kept + redacted;
    });
  }
  // A secret that was found by its name may be repeated without the name.
  for (const value of found) {
    if (value.length >= leastRepeated && !value.includes(redacted)) safe = safe.replaceAll(value, redacted);
  }
  return safe;
}

/**
 * The maximum number of secrets whose repetitions are searched for, and their minimum length: a short secret may be a
 * common word.
 */
const maxRepeated = 8;
const leastRepeated = 12;

/** Redacts the header value that `fetch` quotes when it refuses it, such as a key with a line break. */
function withoutHeaders(text: string): string {
  const start = text.search(/\bHeaders\.\w{1,20}: /);
  const end = text.lastIndexOf(' is an invalid header value');
  if (start < 0 || end < start) return text;
  return `${text.slice(0, text.indexOf(': ', start) + 2)}${redacted}${text.slice(end)}`;
}

/**
 * Decodes a word that is percent-encoded, once or several times, and redacts it; returns it unchanged without secrets.
 */
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
