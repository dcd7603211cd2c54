/**
 * Joins two texts in time that does not grow with the first: an engine keeps `a + b` as a tree and copies nothing.
 * So that the tree holds little more than the text itself, it is made flat each time its length passes a power of two,
 * which costs a constant time a character in all.
 */
export function joinText(a: string, b: string): string {
  const joined = a + b;
  return Math.clz32(joined.length) === Math.clz32(a.length) ? joined : flat(joined);
}

/** Reading one character makes an engine copy the tree into one flat text. */
function flat(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : '';
}
