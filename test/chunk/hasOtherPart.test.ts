import { expect, it } from 'vitest';
import { hasOtherPart } from '../../src/chunk/hasOtherPart.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../src/testing/chunks.js';

it('is true of a part that is neither text nor a thought, in any candidate', () => {
  expect(hasOtherPart(callChunk('f'))).toBe(true);
  expect(hasOtherPart(partsChunk([{ text: 'a' }, { inlineData: { data: 'AA==' } }]))).toBe(true);
  expect(hasOtherPart(toChunk({ candidates: [{ index: 1, content: { parts: [{ executableCode: {} }] } }] }))).toBe(
    true,
  );
});

it('is false of text, thoughts, signatures and what has no parts', () => {
  const signature = partsChunk([{ thoughtSignature: 's' }]);
  for (const other of [chunk('a'), thoughtChunk('a'), signature, finishChunk(), { text: '' }]) {
    expect(hasOtherPart(other)).toBe(false);
  }
});
