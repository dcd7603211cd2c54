import { concat, from, lastValueFrom, of, toArray, type OperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { jsonAt } from '../../operators/shape/jsonAt.js';
import { parseJson } from '../../operators/shape/parseJson.js';
import { smoothText } from '../../operators/show/smoothText.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { growth, linear } from '../support/growth.js';

/** Texts that a pattern begins to match over and over, and a rest that matches nothing. */
const units = [
  ...['x', ' ', '\n', '\t', '1', '`', '~', '``` ', '```\n', '```json', '```json ', '~~~ ', '> ', '- ', '1. ', '1! '],
  ...['. ', '! ', '?', 'St. ', 'Mr', '("', '"', '\\', '{', '[', '*', '#', '漢', 'ฉัน', '👩‍👩‍👧', '🇩🇪', 'e\u0301', '\u0600'],
  ...['\r', '\r\n', '\ud83d', 'a’', 'word '],
];

const operators: readonly [string, () => OperatorFunction<GeminiChunk, unknown>][] = [
  ["bufferChunks({ until: 'word' })", () => bufferChunks({ until: 'word' })],
  ["bufferChunks({ until: 'sentence' })", () => bufferChunks({ until: 'sentence' })],
  ["bufferChunks({ until: 'paragraph' })", () => bufferChunks({ until: 'paragraph' })],
  ["bufferChunks({ until: 'line' })", () => bufferChunks({ until: 'line' })],
  ['bufferChunks({ until: /\\s/ })', () => bufferChunks({ until: /\s/ })],
  ['smoothText()', () => smoothText()],
  ["smoothText({ by: 'grapheme' })", () => smoothText({ by: 'grapheme' })],
  ['stopWhen({ maxChars, pattern })', () => stopWhen({ maxChars: 1e9, pattern: 'aaaaaaaaaaaab' })],
  ['parseJson()', () => parseJson()],
  ["jsonAt('$[*]')", () => jsonAt('$[*]')],
];

/** Each text is made once, also in memory: a text that is joined lazily costs its length when it is first read. */
const texts = new Map<string, string>();
function textOf(unit: string, size: number): string {
  const name = `${unit} ${String(size)}`;
  const text =
    texts.get(name) ?? Buffer.from(unit.repeat(Math.ceil(size / unit.length)), 'utf16le').toString('utf16le');
  texts.set(name, text);
  return text;
}

const run = (chunks: readonly GeminiChunk[], operator: OperatorFunction<GeminiChunk, unknown>) =>
  lastValueFrom(concat(from(chunks), of(finishChunk())).pipe(operator, toArray())).catch((cause: unknown) => cause);

describe.each(operators)('%s', (_, make) => {
  it.each(units)('takes time linear in the length of a chunk of %j', async (unit) => {
    const work = (size: number) => run([chunk(`x${textOf(unit, size)}`)], make());
    expect(await growth(1_500, work)).toBeLessThan(linear);
  });
});

describe('bufferChunks', () => {
  it.each(['sentence', 'paragraph'] as const)(
    'until a %s looks at the beginning of a long line once',
    async (until) => {
      for (const unit of ['```x', '   ', '- ', '> ']) {
        const small = Array.from({ length: 500 }, () => chunk('y'));
        const work = (size: number) => run([chunk(textOf(unit, size)), ...small], bufferChunks({ until }));
        expect(await growth(50_000, work)).toBeLessThan(linear);
      }
    },
  );

  it('until a sentence takes 400 kB of numbers that end none', async () => {
    const emitted = await run([chunk(`${textOf('1! ', 400_000)}A`)], bufferChunks({ until: 'sentence' }));
    expect((emitted as GeminiChunk[]).map(({ text }) => text).join('')).toHaveLength(400_003);
  });
});

describe('stopWhen', () => {
  it('looks for a long pattern in time linear in its length, for each chunk', async () => {
    const work = (length: number) =>
      run(
        Array.from({ length: 100 }, () => chunk('a'.repeat(length / 50))),
        stopWhen({ pattern: `${'a'.repeat(length)}b` }),
      );
    expect(await growth(2_000, work)).toBeLessThan(linear);
  });
});
