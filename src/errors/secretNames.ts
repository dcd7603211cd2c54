/**
 * The suffixes of names of fields, headers and parameters whose values are secrets (`x-goog-api-key`, `GEMINI_API_KEY`,
 * `googleApiKey`).
 */
export const secretNames = /* @__PURE__ */ [
  'api[-_]?key',
  '(?:access|account|auth|client|encryption|functions|master|private|rapidapi|secret|session|shared|signing|subscription)[-_]?key',
  '(?:access|auth|bearer|csrf|gateway|id|identity|refresh|secret|security|session|xsrf|x)[-_]?token',
  'x-[\\w-]{0,40}(?:token|key|auth|session|secret)',
  '(?:proxy[-_]?|x[-_]?)?authorization',
  '(?:basic|http|proxy|www|x)[-_]?auth(?:enticate)?',
  'secret',
  'client[-_]?secret[-_]?value',
  'pass(?:word|wd|phrase|code)',
  'pwd',
  'otp',
  '(?:j|php)?sess(?:ion)?[-_]?id',
  'code[-_]?verifier',
  'credentials?',
  'cookies?',
  'client[-_]?assertion',
  'access[-_]?key[-_]?id',
  'x-(?:goog|amz)-(?:signature|credential)',
].join('|');

let secretName: RegExp | undefined;

/** Whether a name is the name of a secret. The name of a symbol ends with a bracket. */
export function isSecretName(name: string): boolean {
  secretName ??= new RegExp(
    `(?:${secretNames}|key|token|auth|jwt|assertion|signature|(?:^|[-_])(?:sig|sid)|[a-z]Sig)\\)?$`,
    'i',
  );
  return secretName.test(name.slice(-100));
}
