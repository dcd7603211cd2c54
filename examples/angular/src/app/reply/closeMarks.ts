/**
 * Closes what the last line of a growing Markdown text has opened: bold text is bold from its first word on, and no bare
 * `**` or backtick is seen until the rest has come.
 */
export function closeMarks(text: string): string {
  const fences = text.match(/^\s*```/gm) ?? [];
  if (fences.length % 2 === 1) return text;
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const mark = openMark(line);
  if (mark === undefined) return text;
  const shown = text.trimEnd();
  // With nothing in it yet, it would close itself.
  return shown.endsWith(mark) ? shown.slice(0, -mark.length) : shown + mark;
}

function openMark(line: string): '`' | '**' | undefined {
  const [prose = '', isCode] = withoutCode(line);
  if (isCode) return '`';
  return prose.split('**').length % 2 === 0 ? '**' : undefined;
}

/** A line without the code in it, and whether it ends in code. */
function withoutCode(line: string): [prose: string, isCode: boolean] {
  const pieces = line.split('`');
  return [pieces.filter((_, index) => index % 2 === 0).join(''), pieces.length % 2 === 0];
}
