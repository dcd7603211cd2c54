import { describe, expect, it } from 'vitest';
import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../src/testing/chunks.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';

function queueOf(...chunks: readonly GeminiChunk[]): ChunkQueue<GeminiChunk> {
  const queue = new ChunkQueue<GeminiChunk>(true);
  for (const held of chunks) queue.push(held);
  return queue;
}

describe('ChunkQueue', () => {
  it('returns all waiting chunks merged, and is empty then', () => {
    for (const mayCut of [true, false]) {
      const queue = new ChunkQueue<GeminiChunk>(mayCut);
      expect(queue.isEmpty).toBe(true);
      queue.push(chunk('a'));
      queue.push(thoughtChunk('b'));
      queue.push(chunk('c'));
      expect(queue.isEmpty).toBe(false);
      expect(queue.take()).toEqual([thoughtChunk('b'), chunk('c')].reduce(mergeChunks, chunk('a')));
      expect(queue.isEmpty).toBe(true);
      expect(queue.take()).toBeUndefined();
    }
  });

  it('knows the places of the text after several chunks were taken at once', () => {
    const queue = queueOf(...['ab', 'cd', 'ef', 'gh'].map((text) => chunk(text)));
    expect(queue.takeToLast([2, 6])?.text).toBe('abcdef');
    queue.push(chunk('ij'));
    expect(queue.takeToLast([6])).toBeUndefined();
    expect(queue.takeToLast([7, 9])?.text).toBe('ghi');
    expect(queue.chars).toBe(1);
    expect(queue.take()?.text).toBe('j');
    for (const text of ['kl', 'mn', 'op', 'qr']) queue.push(chunk(text));
    expect(queue.take()?.text).toBe('klmnopqr');
    queue.push(chunk('st'));
    expect(queue.takeToLast([17, 19])?.text).toBe('s');
  });

  it('counts no text of a candidate without parts or of a part without text', () => {
    const queue = queueOf({ text: '', candidates: [{ index: 0 }] }, partsChunk([{ functionCall: { name: 'f' } }]));
    expect(queue.chars).toBe(0);
  });

  it('counts the waiting text, including thoughts and other candidates', () => {
    const queue = queueOf(
      chunk('ab'),
      thoughtChunk('c'),
      toChunk({ candidates: [{ index: 1, content: { parts: [{ text: 'd' }] } }] }),
    );
    queue.push({ text: 'e' });
    expect(queue.chars).toBe(5);
    queue.takeToLast([1]);
    expect(queue.chars).toBe(4);
    queue.take();
    expect(queue.chars).toBe(0);
  });

  it('returns all chunks but the chunks with the end of the text, unchanged', () => {
    const first = chunk('ab', { modelVersion: 'm' });
    const queue = queueOf(first, chunk('cd'), finishChunk(), chunk('e'));
    expect(queue.takeAllBut(4)).toBeUndefined();
    expect(queue.takeAllBut(3)).toBe(first);
    expect(queue.takeAllBut(1)).toEqual(mergeChunks(chunk('cd'), finishChunk()));
    expect(queue.takeAllBut(0)?.text).toBe('e');
    expect(queue.takeAllBut(0)).toBeUndefined();
  });

  it('cuts a chunk written as `{ text }`', () => {
    const queue = queueOf({ text: 'abc' });
    expect(queue.takeToLast([1])).toEqual(chunk('a'));
    expect(queue.take()).toEqual(chunk('bc'));
  });

  it('returns the chunks before a place, counted from the first chunk ever', () => {
    const queue = queueOf(chunk('ab'), chunk('cd'), chunk('ef'));
    expect(queue.takeToLast([1, 3])?.text).toBe('abc');
    expect(queue.takeToLast([4])?.text).toBe('d');
    expect(queue.takeToLast([6])?.text).toBe('ef');
    expect(queue.isEmpty).toBe(true);
  });

  it('returns whole chunks with all their fields, and cuts only the chunk at the place', () => {
    const queue = queueOf(
      chunk('ab', { usageMetadata: { totalTokenCount: 1 } }),
      chunk('cd', { modelVersion: 'm' }),
      finishChunk(),
    );
    expect(queue.takeToLast([3])).toEqual(chunk('abc', { usageMetadata: { totalTokenCount: 1 } }));
    expect(queue.take()).toEqual(mergeChunks(chunk('d', { modelVersion: 'm' }), finishChunk()));
  });

  it('keeps chunks without text with the text before them', () => {
    const queue = queueOf(thoughtChunk('a'), chunk('b'), usageChunk({ totalTokenCount: 1 }), chunk('c'));
    expect(queue.takeToLast([1])).toEqual(
      [chunk('b'), usageChunk({ totalTokenCount: 1 })].reduce(mergeChunks, thoughtChunk('a')),
    );
    expect(queue.take()).toEqual(chunk('c'));
    const uncuttable = toChunk({ candidates: [{ content: { parts: [{ text: 'ab' }] } }] });
    expect(queueOf(uncuttable).takeToLast([2])).toEqual(uncuttable);
  });

  it('uses an earlier place if the last place allows no cut', () => {
    const queue = queueOf(chunk('ab'), partsChunk([{ text: 'cd', thoughtSignature: 's' }]));
    expect(queue.takeToLast([1, 3])?.text).toBe('a');
    expect(queue.takeToLast([3])).toBeUndefined();
    expect(queue.take()?.text).toBe('bcd');
  });

  it('returns undefined for a place that was passed, or has not arrived', () => {
    const queue = queueOf(chunk('ab'));
    queue.take();
    queue.push(chunk('cd'));
    expect(queue.takeToLast([])).toBeUndefined();
    expect(queue.takeToLast([1])).toBeUndefined();
    expect(queue.takeToLast([2])).toBeUndefined();
    expect(queue.takeToLast([5])).toBeUndefined();
    expect(queue.take()?.text).toBe('cd');
  });

  it('takes a whole chunk with all its fields at its end', () => {
    const whole = chunk('ab', { usageMetadata: { totalTokenCount: 1 } });
    const queue = queueOf(whole, chunk('c'));
    expect(queue.takeToLast([2])).toEqual(whole);
    expect(queue.take()).toEqual(chunk('c'));
  });

  it('knows the end of the text if it merges all chunks as they arrive', () => {
    const queue = new ChunkQueue<GeminiChunk>(false);
    queue.push(chunk('ab'));
    queue.push(chunk('cd'));
    expect(queue.takeToLast([4])?.text).toBe('abcd');
  });

  it('has a notice with the standing annotations of the last waiting chunk', () => {
    const annotated = (total: number) => ({ ...chunk('a'), cost: { total } }) as unknown as GeminiChunk;
    const queue = queueOf(chunk('a'));
    expect(queue.notice()).toBeUndefined();
    queue.push(annotated(1));
    queue.push(annotated(2));
    expect(queue.notice()).toEqual({ text: '', cost: { total: 2 } });
    queue.take();
    expect(queue.notice()).toBeUndefined();
  });
});
