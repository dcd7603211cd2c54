/** The content of a data URL. */
export interface DataUrlContent {
  /** The media type without its parameters; absent if the URL has no media type. */
  readonly mimeType?: string;
  /** The bytes, in base64. */
  readonly data: string;
}

/** Whether a URL is a data URL. */
export function isDataUrl(url: string): boolean {
  return /^data:/i.test(url);
}

/**
 * Parses a data URL: base64, in either alphabet, or percent-encoded text. Returns undefined if it has no comma, or its
 * base64 is invalid. Linear in its length.
 */
export function parseDataUrl(url: string): DataUrlContent | undefined {
  const comma = url.indexOf(',');
  if (comma < 0) return undefined;
  const [type = '', ...parameters] = url
    .slice('data:'.length, comma)
    .split(';')
    .map((field) => field.trim());
  const body = url.slice(comma + 1);
  const isBase64 = parameters.at(-1)?.toLowerCase() === 'base64';
  const data = isBase64 ? toPlainBase64(body) : btoa(bytesOf(body));
  return data === undefined ? undefined : { ...(type && { mimeType: type }), data };
}

/** The base64 without spaces, in the usual alphabet and with its padding; undefined if it is invalid. */
function toPlainBase64(body: string): string | undefined {
  const written = body.includes('%') ? bytesOf(body) : body;
  const spelled = written.replace(/\s/g, '').replace(/-/g, '+').replace(/_/g, '/');
  const digits = spelled.replace(/={1,2}$/, '');
  // A search for a wrong character: a pattern of the whole would keep a place for each character.
  if (/[^A-Za-z0-9+/]/.test(digits) || digits.length % 4 === 1) return undefined;
  return digits.padEnd(Math.ceil(digits.length / 4) * 4, '=');
}

/** The bytes of a percent-encoded text, one character each. An escape that is not valid stands for itself. */
function bytesOf(text: string): string {
  const utf8 = new TextEncoder().encode(text);
  let bytes = '';
  for (let at = 0; at < utf8.length; at++) {
    const escaped = utf8[at] === percent ? hexByte(utf8[at + 1], utf8[at + 2]) : NaN;
    bytes += String.fromCharCode(Number.isNaN(escaped) ? (utf8[at] ?? 0) : escaped);
    if (!Number.isNaN(escaped)) at += 2;
  }
  return bytes;
}

const percent = 0x25;

/** The value of two hexadecimal digits; NaN if they are not digits. */
function hexByte(high = 0, low = 0): number {
  const digits = String.fromCharCode(high, low);
  return /^[0-9a-f]{2}$/i.test(digits) ? parseInt(digits, 16) : NaN;
}
