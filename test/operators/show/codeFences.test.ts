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

  it('closes with the opening marker, at least as long, without text after it', () => {
    expect(codeIn('````\n', '```\n', '~~~~\n', '```` x\n', '`````\n', 'a\n')).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('closes with spaces after the marker, and not with a marker that only ends as the first one began', () => {
    expect(codeIn('```\n', '```  \n', 'a\n')).toEqual([true, true, false]);
    expect(codeIn('~~~\n', '```~~~\n', '~~~x~~~\n', '~~~\n', 'a\n')).toEqual([true, true, true, true, false]);
    expect(codeIn('~~~ x ` y\n', 'a\n')).toEqual([true, true]);
  });

  it('decides a line by its first 200 characters', () => {
    const long = 'x'.repeat(300);
    expect(codeIn(`\`\`\`${long}`, '`', '`\n', 'a\n')).toEqual([true, true, true, true]);
    expect(codeIn(`\`\`\`${long}\`\n`, 'a\n')).toEqual([true, true]);
    expect(codeIn(`\`\`\`${'x'.repeat(196)}`, '`', '\n', 'a\n')).toEqual([true, false, false, false]);
    expect(codeIn(' '.repeat(200), '```\n', 'a\n')).toEqual([false, false, false]);
    expect(codeIn(' '.repeat(197), '```\n', 'a\n')).toEqual([false, true, true]);
  });

  it('ignores backticks within a line', () => {
    expect(codeIn('```a``` b\n', 'c\n')).toEqual([false, false]);
  });

  it('reads a line that arrives in pieces', () => {
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
