import { array, assert, constantFrom, integer, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { output } from './shown.js';

const fragments = [
  '**',
  '*',
  '_',
  '***',
  '~~',
  '`',
  '``',
  '```',
  '~~~',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '    ',
  '\t',
  '# ',
  '## ',
  '- ',
  '* ',
  '1. ',
  '2) ',
  '> ',
  '|',
  '| a | b |\n',
  '|---|:-:|\n',
  '[',
  ']',
  '](',
  ')',
  '(',
  '!',
  '[x] ',
  '[link](https://a.b/c_(d) "t")',
  '<',
  '>',
  '<https://a.b>',
  '<br>',
  '&amp;',
  '&',
  '\\',
  '\\*',
  '---',
  '===',
  'word',
  'two words',
  'a1',
  '中文',
  '，',
  '👩‍🚀',
  '🇨🇭',
  '🇨',
  'e\u0301',
  '☎\uFE0F',
  '1\uFE0F\u20E3',
  '\u001B[31m',
  '\u009B',
  '\r\n',
  'ts\n',
  '```js\nlet a;\n```\n',
  'x'.repeat(70),
];
const markdown = array(
  oneof(
    { weight: 5, arbitrary: constantFrom(...fragments) },
    { weight: 1, arbitrary: string({ unit: 'grapheme', maxLength: 3 }) },
  ),
  { maxLength: 24 },
).map((parts) => parts.join(''));

/** A text cut at places, anywhere. */
function cut(text: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

describe('MarkdownWriter', () => {
  it('writes the same for every cut of a text', () => {
    assert(
      property(
        tuple(markdown, array(integer({ min: 0, max: 5000 }), { maxLength: 12 })),
        integer({ min: 12, max: 80 }),
        ([text, places], columns) => {
          expect(output(cut(text, places), columns)).toBe(output([text], columns));
          expect(output(text.split(''), columns)).toBe(output([text], columns));
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
