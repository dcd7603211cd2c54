import { describe, expect, it } from 'vitest';
import { UnmergedQueue } from '../../../operators/share/unmergedQueue.js';
import { chunk } from '../../../src/testing/chunks.js';

const overflow = () => new Error('too much');

describe('UnmergedQueue', () => {
  it('returns the same chunk objects in order, and undefined once it is empty', () => {
    const chunks = [chunk('a'), chunk('b'), chunk('c')];
    const waiting = new UnmergedQueue(10_000, overflow);
    for (const each of chunks) waiting.push(each);
    expect([waiting.take(), waiting.take()]).toEqual(chunks.slice(0, 2));
    waiting.push(chunks[0]!);
    expect([waiting.take(), waiting.take(), waiting.take()]).toEqual([chunks[2], chunks[0], undefined]);
  });

  it('throws when the chunks exceed `maxBytes`, by content or by number', () => {
    expect(() => new UnmergedQueue(10_000, overflow).push(chunk('x'.repeat(5_000)))).toThrow('too much');
    const waiting = new UnmergedQueue(10_000, overflow);
    const flood = () => {
      for (let index = 0; index < 10_000; index += 1) waiting.push({ text: '' });
    };
    expect(flood).toThrow('too much');
  });

  it('holds chunks of exactly `maxBytes`', () => {
    const waiting = new UnmergedQueue(514, overflow);
    waiting.push(chunk('x'));
    expect(() => waiting.push(chunk(''))).toThrow('too much');
  });

  it('frees the room of the chunks that were taken', () => {
    const waiting = new UnmergedQueue(10_000, overflow);
    for (let index = 0; index < 1_000; index += 1) {
      waiting.push(chunk('x'.repeat(4_000)));
      expect(waiting.take()).toBeDefined();
    }
    expect(waiting.take()).toBeUndefined();
  });
});
