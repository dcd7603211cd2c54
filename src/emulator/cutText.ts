/** The first characters (UTF-16 units) of a text, without half of one at the end. */
export function cutText(text: string, maxChars: number): string {
  return text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, '');
}
