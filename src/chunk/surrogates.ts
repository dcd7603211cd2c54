/** Whether the text before a place ends inside a surrogate pair, whose second half may follow. */
export function endsInHighSurrogate(text: string, end = text.length): boolean {
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
}
