/**
 * Joins two texts in time that does not grow with the first: an engine keeps `a + b` as a tree and copies nothing.
 * The tree of many small texts is several times their size, so it is made flat each time its length passes a quarter of
 * a power of two: a fifth of the text at most is a tree. A character is copied a constant number of times in all.
 */
export function joinText(a: string, b: string): string {
  const joined = a + b;
  const lowBits = Math.max(0, 29 - Math.clz32(joined.length));
  return joined.length >>> lowBits === a.length >>> lowBits ? joined : flat(joined);
}

/** Reading one character makes an engine copy the tree into one flat text. */
function flat(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : '';
}
