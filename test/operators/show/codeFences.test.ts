import { describe, expect, it } from 'vitest';
import { trackCodeFences } from '../../../operators/show/codeFences.js';

/** One flag for each of these pieces of a text, at most a line long: whether it is code. */
function codeIn(...pieces: string[]): boolean[] {
  return pieces.map(trackCodeFences());
}

describe('trackCodeFences', () => {
  it('separates code from text; fences are code', () => {
    expect(codeIn('a\n', '```ts\n', 'b\n', '```\n', 'c\n')).toEqual([false, true, true, true, false]);
  });

  it('finds a fence in a list, in a quotation and after white space', () => {
    for (const fence of ['- ```\n', '1. ```\n', '> ```\n', '   ~~~\n']) {
      expect(codeIn(fence, 'b\n')).toEqual([true, true]);
    }
  });

  it('closes with the same marker, at least as long, and nothing after it', () => {
    expect(codeIn('````\n', '```\n', '~~~~\n', '```` x\n', '`````\n', 'a\n')).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('ignores backticks within a line', () => {
    expect(codeIn('```a``` b\n', 'c\n')).toEqual([false, false]);
  });

  it('reads a line that comes in pieces', () => {
    expect(codeIn('`', '``', 'js', '\n', 'a', '\n', '``', '`\n', 'b')).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});
