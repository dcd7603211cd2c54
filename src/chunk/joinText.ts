/**
 * Joins two texts in time that does not grow with the first text: an engine stores `a + b` as a tree and copies no
 * text. The tree of many small texts takes several times their size, so it is flattened each time its length passes a
 * quarter of a power of two: at most a fifth of the text is a tree, and each character is copied a constant number of
 * times.
 */
export function joinText(a: string, b: string): string {
  const joined = a + b;
  // Stryker disable all: flat or a tree, the text is equal
  const lowBits = Math.max(0, 29 - Math.clz32(joined.length));
  return joined.length >>> lowBits === a.length >>> lowBits ? joined : flatten(joined);
}

/** Reading a character makes an engine copy the tree into a flat text. */
function flatten(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : '';
}
