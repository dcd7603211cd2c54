/** Whether a value is a regular expression, of any realm: a `vm` context, as in jest, has its own class. */
export function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}
