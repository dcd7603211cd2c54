// What the characters of JSON mean (RFC 8259): code units, the form of numbers, the words, the escapes.

export const [quote, backslash, comma, colon, minus] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d];
export const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];

export const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export const literals: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

export const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

export function isPlain(code: number): boolean {
  return code >= 0x20 && code !== quote && code !== backslash;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A digit, a sign, a point or an exponent, in whatever order. */
export function isOfNumber(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === minus || code === 0x2b;
}

export function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
