import { cellsOf } from '../cellsOf.js';
import type { Span, Style } from '../page.js';
import { InlineReader } from './inlineReader.js';

type Align = 'left' | 'center' | 'right';
type Cell = readonly Span[];

const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Whether rows begin with a header and the line under it, of the same number of cells. */
export function isTable([header = '', delimiters = '']: readonly string[]): boolean {
  return delimiterRow.test(delimiters) && splitRow(delimiters).length === splitRow(header).length;
}

/** The texts of the cells of a row, between `|` that are not escaped. */
function splitRow(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll(String.raw`\|`, '|').trim());
}

/** The lines of a table with aligned columns; undefined if it is wider than a number of cells. */
export function layOutTable(rows: readonly string[], width: number, hasStyles: boolean): Span[][] | undefined {
  const [header = '', delimiters = '', ...body] = rows;
  const aligns = splitRow(delimiters).map(alignOf);
  const table = [header, ...body].map((row, index) =>
    aligns.map((_, column) => readCell(splitRow(row)[column] ?? '', index === 0 ? ['bold'] : [], hasStyles)),
  );
  const widths = aligns.map((_, column) => Math.max(...table.map((row) => widthOf(row[column] ?? [])), 1));
  if (widths.reduce((sum, cells) => sum + cells, 3 * (widths.length - 1)) > width) return undefined;
  const lines = table.map((row) =>
    joinCells(row.map((cell, column) => pad(cell, widths[column] ?? 0, aligns[column]))),
  );
  const rule: Span = { text: widths.map((cells) => '─'.repeat(cells)).join('─┼─'), styles: ['dim'] };
  return [...lines.slice(0, 1), [rule], ...lines.slice(1)];
}

function alignOf(delimiter: string): Align {
  if (!delimiter.endsWith(':')) return 'left';
  return delimiter.startsWith(':') ? 'center' : 'right';
}

function readCell(text: string, base: readonly Style[], hasStyles: boolean): Cell {
  const spans: Span[] = [];
  const reader = new InlineReader(
    (piece, styles) => spans.push({ text: piece.replaceAll('\n', ' '), styles }),
    base,
    hasStyles,
  );
  reader.write(text);
  reader.end(false);
  return spans;
}

function widthOf(cell: Cell): number {
  return cellsOf(cell.map(({ text }) => text).join(''));
}

function pad(cell: Cell, width: number, align: Align = 'left'): Cell {
  const free = width - widthOf(cell);
  const before = align === 'left' ? 0 : align === 'right' ? free : Math.floor(free / 2);
  const space = (cells: number): Span => ({ text: ' '.repeat(cells), styles: [] });
  return [space(before), ...cell, space(free - before)];
}

function joinCells(cells: readonly Cell[]): Span[] {
  return cells.flatMap((cell, index) => (index === 0 ? cell : [{ text: ' │ ', styles: ['dim'] } as const, ...cell]));
}
