import { describe, expect, it } from 'vitest';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { chunk, finishChunk, partsChunk } from '../../src/testing/chunks.js';
import { growth, linear } from '../support/growth.js';

describe('ChunkBuilder', () => {
  it('is empty until something is appended', () => {
    const builder = new ChunkBuilder();
    expect(builder.isEmpty).toBe(true);
    expect(builder.append(emptyChunk).append({ text: '' }).isEmpty).toBe(true);
    expect(builder.snapshot()).toStrictEqual({ text: '' });
    expect(builder.append(chunk('')).isEmpty).toBe(false);
  });

  it('names its argument in the error for a value that is not a chunk', () => {
    expect(() => new ChunkBuilder().append('x' as unknown as GeminiChunk)).toThrow('Expected `chunk` to be');
  });

  it('shares no list with its snapshots', () => {
    const builder = new ChunkBuilder().append(chunk('a'));
    const [first, second] = [builder.snapshot(), builder.snapshot()];
    expect(first).toStrictEqual(second);
    expect(first.candidates).not.toBe(second.candidates);
    expect(first.candidates?.[0]?.content?.parts).not.toBe(second.candidates?.[0]?.content?.parts);
  });

  it.each<[string, (n: number) => GeminiChunk]>([
    ['texts', (n) => chunk(String(n % 10))],
    ['parts that do not join', (n) => partsChunk([{ text: 'x', thoughtSignature: String(n) }])],
    [
      'pieces of a call',
      (n) =>
        partsChunk([
          {
            functionCall: {
              ...(n === 0 && { name: 'f' }),
              willContinue: true,
              partialArgs: [{ jsonPath: `$.list[${n}]`, numberValue: n }],
            },
          },
        ]),
    ],
    [
      'pieces of an argument',
      (n) =>
        partsChunk([
          {
            functionCall: {
              ...(n === 0 && { name: 'f' }),
              willContinue: true,
              partialArgs: [{ jsonPath: '$.text', stringValue: 'xy', willContinue: true }],
            },
          },
        ]),
    ],
    ['citations', (n) => toChunk({ candidates: [{ citationMetadata: { citations: [{ startIndex: n }] } }] })],
    ['log probabilities', (n) => toChunk({ candidates: [{ logprobsResult: { chosenCandidates: [{ tokenId: n }] } }] })],
  ])('appends %s in linear time', async (_, nth) => {
    const merged = (count: number) => {
      const builder = new ChunkBuilder();
      for (let n = 0; n < count; n++) builder.append(nth(n));
      return builder.snapshot().candidates;
    };
    expect(await growth(5_000, merged)).toBeLessThan(linear);
    expect(JSON.stringify(merged(5_000)).length).toBeGreaterThan(5_000);
  });

  it('makes a snapshot of running text at a cost that does not grow with its length', () => {
    const builder = new ChunkBuilder();
    let length = 0;
    for (let n = 0; n < 100_000; n++) length += builder.append(chunk('0123456789')).snapshot().text.length;
    expect(length).toBe((10 * 100_000 * 100_001) / 2);
  });

  it('clears the place in a queue at the first content after it, and not before', () => {
    const queued: GeminiChunk = { text: '', queued: { position: 1 } };
    const builder = new ChunkBuilder().append(chunk('a')).append(queued).append(finishChunk());
    expect(builder.snapshot().queued).toEqual({ position: 1 });
    expect(builder.append(chunk('b')).snapshot()).not.toHaveProperty('queued');
    expect(builder.append(queued).snapshot().queued).toEqual({ position: 1 });
    expect(builder.append(chunk('c')).snapshot()).not.toHaveProperty('queued');
  });

  it('makes snapshots that begin with the text', () => {
    expect(Object.keys(new ChunkBuilder().append(chunk('a', { modelVersion: 'm' })).snapshot())[0]).toBe('text');
  });

  it('makes snapshots of an unfinished call that later pieces do not change', () => {
    const piece = (numberValue: number, name?: string) =>
      partsChunk([
        {
          functionCall: { ...(name && { name }), willContinue: true, partialArgs: [{ jsonPath: '$.a', numberValue }] },
        },
      ]);
    const builder = new ChunkBuilder().append(piece(1, 'f'));
    const snapshot = builder.snapshot();
    builder.append(piece(2));
    expect(snapshot).toEqual(piece(1, 'f'));
  });
});
