import { expect, it } from 'vitest';
import { hasNonTextPart } from '../../src/chunk/hasNonTextPart.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../src/testing/chunks.js';

it('hasNonTextPart is true for a part that is neither text nor a thought, in any candidate', () => {
  expect(hasNonTextPart(callChunk('f'))).toBe(true);
  expect(hasNonTextPart(partsChunk([{ text: 'a' }, { inlineData: { data: 'AA==' } }]))).toBe(true);
  expect(hasNonTextPart(toChunk({ candidates: [{ index: 1, content: { parts: [{ executableCode: {} }] } }] }))).toBe(
    true,
  );
});

it('hasNonTextPart is false for text, thoughts, signatures and chunks without parts', () => {
  const signature = partsChunk([{ thoughtSignature: 's' }]);
  const withoutParts = toChunk({ candidates: [{ content: { role: 'model' } }] });
  for (const other of [chunk('a'), thoughtChunk('a'), signature, withoutParts, finishChunk(), { text: '' }]) {
    expect(hasNonTextPart(other)).toBe(false);
  }
});

it('hasNonTextPart is true if only one of several candidates has such a part', () => {
  const both = [{ content: { parts: [{ text: 'a' }] } }, { content: { parts: [{ executableCode: {} }] } }];
  expect(hasNonTextPart(toChunk({ candidates: both }))).toBe(true);
});
