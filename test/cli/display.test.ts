import { describe, expect, it } from 'vitest';
import { chunk } from '../../src/testing/chunks.js';
import { Display } from '../../src/cli/display.js';
import type { ReplyProgress } from '../../src/chunk/annotations.js';

const progress: ReplyProgress = { phase: 'answering', percent: 50, outputTokens: 500, estimated: true, elapsed: 1000 };

/** Two outputs that record their writes in one list. */
function outputs(isTTY: boolean, columns = 80): { display: Display; written: string[] } {
  const written: string[] = [];
  const output = (name: string) => ({
    isTTY,
    columns,
    write(text: string) {
      written.push(`${name} ${text}`);
      return true;
    },
  });
  return { display: new Display(output('out'), output('err')), written };
}

/** A terminal as far as the display uses one: a cursor that is saved and restored, and lines that are erased. */
function screen(written: readonly string[], columns: number): string[] {
  const rows: string[] = [''];
  let row = 0;
  let column = 0;
  let saved = { row, column };
  const put = (character: string) => {
    if (column === columns) [row, column] = [row + 1, 0];
    const line = (rows[row] ??= '').padEnd(column);
    rows[row] = line.slice(0, column) + character + line.slice(column + 1);
    column++;
  };
  const text = written.map((line) => line.slice(4)).join('');
  for (const [token] of text.matchAll(/\u001B\[[\d;]*[A-Za-z]|\u001B[78D]|[^]/gu)) {
    // Whatever moves the cursor forgets that the next character belongs on the next row.
    if (token.startsWith('\u001B')) column = Math.min(column, columns - 1);
    if (token === '\n') [row, column] = [row + 1, 0];
    else if (token === '\r') column = 0;
    else if (token === '\u001B7') saved = { row, column };
    else if (token === '\u001B8') ({ row, column } = saved);
    else if (token === '\u001BD' || token === '\u001B[B') row++;
    else if (token === '\u001B[A') row--;
    else if (token === '\u001B[2K') rows[row] = '';
    else if (!token.startsWith('\u001B')) put(token);
    rows[row] ??= '';
  }
  return rows;
}

describe('Display', () => {
  it('without a terminal, writes the text to stdout and only notes to stderr', () => {
    const { display, written } = outputs(false);
    display.show({ ...chunk('Hello, '), progress });
    display.show({ ...chunk('world'), progress });
    display.end();
    display.note('Done');
    expect(written).toEqual(['out Hello, ', 'out world', 'err Done\n']);
  });

  it('in a terminal, shows the progress below the text', () => {
    const { display, written } = outputs(true);
    display.show({ ...chunk('Hello, '), progress });
    display.show({ ...chunk('world'), progress });
    expect(screen(written, 80)).toEqual(['Hello, world', '████████████░░░░░░░░░░░░  50 % answering']);
  });

  it('erases the whole progress line before more text', () => {
    const { display, written } = outputs(true);
    display.show({ ...chunk('Hello,\n'), progress });
    display.show({ ...chunk('wide '.repeat(5)), progress });
    display.end();
    display.note('Done');
    expect(screen(written, 80).map((line) => line.trimEnd())).toEqual([
      'Hello,',
      'wide '.repeat(5).trimEnd(),
      'Done',
      '',
    ]);
  });

  it('loses no character at the edge of the terminal', () => {
    const { display, written } = outputs(true, 20);
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') display.show({ ...chunk(letter), progress });
    display.end();
    expect(screen(written, 20).slice(0, 2)).toEqual(['abcdefghijklmnopqrst', 'uvwxyz']);
  });

  it('removes terminal commands and keys from all text', () => {
    const { display, written } = outputs(false);
    display.show(chunk('a\u001B[2J\u001B]0;x\u0007b\r\u202Ec'));
    display.show(chunk('\u001B'));
    display.show(chunk('[31mred\n'));
    display.note('failed\u001B[1A: http://user:secret@host?key=secret');
    expect(written).toEqual(['out abc', 'out [31mred\n', 'err failed: http://[redacted]@host?key=[redacted]\n']);
  });
});
