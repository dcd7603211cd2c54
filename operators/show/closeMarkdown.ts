import { assertString } from '../../src/rx/assertions.js';
import { markdownTail } from './markdownTail.js';
import { closeMarkup, isEscaped } from './openMarkup.js';

/**
 * Closes the Markdown of a text that is still arriving, so that a view never shows raw markup at its end: `**bo` becomes
 * `**bo**`, and an open block of code is closed.
 *
 * Closes code, emphasis and strikethrough. Shows a half link as its text, and a half header of a table as a table. Drops
 * the markup that has no meaning yet: marks without a text after them, a half image, a half HTML tag or comment, a list
 * item or a task that has no text yet. Text in brackets at the end stays, because `[Your Name]` may be finished, and so
 * does a number such as `42.` outside a list. Code is never changed, and neither is a text whose Markdown is finished.
 *
 * A pure function: call it with the whole text at each rendering, not with a delta. Idempotent. Reads all lines once, for
 * blocks of code, and parses only the last block, in linear time.
 *
 * @param text - The beginning of a text in Markdown (CommonMark with tables and strikethrough), such as `reply.text`.
 * @returns A text in Markdown for the view, and only for it: the text that arrives later continues `text`.
 * @throws TypeError - If `text` is not a string.
 * @example
 * ```ts
 * console.log(closeMarkdown('Read **the [man')); // 'Read **the man**'
 * ```
 * @public
 */
export function closeMarkdown(text: string): string {
  assertString('text', text);
  // Without the markup that is dropped, the line before it may end in a marker that has no meaning yet.
  let closed = closeTail(text);
  for (let round = 1; round < maxRounds && !closed.startsWith(text.trimEnd()); round++) {
    const again = closeTail(closed);
    if (again === closed) break;
    closed = again;
  }
  return closed;
}

/** More rounds have no effect, except on text that was made to need them. */
const maxRounds = 4;

function closeTail(text: string): string {
  const { end, from, prefix, closing } = markdownTail(text);
  if (closing !== undefined) return text.slice(0, end) + closing;
  if (from === undefined || from >= end) return text.slice(0, end);
  return text.slice(0, from) + closeBlock(text.slice(from, end), prefix);
}

const delimiterRow = /^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/u;
const halfDelimiterRow = /^[ \t>]*[|:-][ \t|:-]*$/u;

/** Closes a block of text, which may be a table. */
function closeBlock(block: string, prefix: string): string {
  const [header = '', second, ...rows] = block.split('\n');
  const last = rows.at(-1) ?? '';
  if (!header.includes('|')) return closeMarkup(block);
  if (second !== undefined && delimiterRow.test(second) && cellsOf(second) === cellsOf(header)) {
    // Only the last cell can be open: emphasis does not reach across cells.
    const cell = block.length - last.length + lastCell(last);
    return block.slice(0, cell) + closeMarkup(block.slice(cell));
  }
  const isHalf = rows.length === 0 && (second === undefined || second.trim() === '' || halfDelimiterRow.test(second));
  if (!isHalf || !isHeader(header, second !== undefined)) return closeMarkup(block);
  if (header.trim() === '|') return '';
  const cell = lastCell(header);
  const closed = (header.slice(0, cell) + closeMarkup(header.slice(cell))).trimEnd();
  const row = closed.endsWith('|') ? closed : `${closed} |`;
  return `${row}\n${prefix}|${' --- |'.repeat(cellsOf(row))}`;
}

/** Whether a line may be the header of a table; `|x| is 3` is not. */
function isHeader(line: string, isComplete: boolean): boolean {
  const header = line.trim();
  if (isComplete) return /^\|.*\|$/u.test(header);
  return /^\|(?:\s|$)/u.test(header) || /^\|.*\|$/u.test(header);
}

/** The place after the last `|` of a row that separates cells. */
function lastCell(row: string): number {
  let place = row.lastIndexOf('|');
  while (place > 0 && isEscaped(row, place)) place = row.lastIndexOf('|', place - 1);
  return place + 1;
}

function cellsOf(row: string): number {
  const cells = row
    .trim()
    .replace(/^[\s>]*\|/u, '')
    .replace(/\|$/u, '');
  return cells.replace(/\\./gu, '').split('|').length;
}
