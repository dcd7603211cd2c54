import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutChunk } from '../../../operators/protect/cutChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { arbitraryChunk } from '../../support/arbitraryChunks.js';
import { deepFreeze } from '../../support/deepFreeze.js';
import { expectSameData } from '../../support/sameData.js';

describe('cutChunk', () => {
  it('returns the text up to the place', () => {
    expect(cutChunk(deepFreeze(chunk('Hello')), 4)).toEqual(chunk('Hell'));
    expect(cutChunk({ text: 'Hello' }, 4)).toEqual(chunk('Hell'));
  });

  it('returns the chunk unchanged if the place is its end', () => {
    const whole = mergeChunks(chunk('Hello'), finishChunk());
    expect(cutChunk(whole, 5)).toBe(whole);
    expect(cutChunk(whole, Infinity)).toBe(whole);
  });

  it('drops the content of the candidate after the place, and its finish', () => {
    const parts = [{ text: 'Hm', thought: true }, { text: 'ab' }, { functionCall: { name: 'f', args: {} } }];
    const finished = { candidates: [{ index: 0, finishReason: 'STOP', finishMessage: 'Done' }] };
    const whole = mergeChunks(mergeChunks(partsChunk(parts), chunk('cd')), toChunk(finished));
    expect(cutChunk(whole, 3)).toEqual(partsChunk([...parts, { text: 'c' }]));
    expect(cutChunk(whole, 2)).toEqual(partsChunk(parts.slice(0, 2)));
    expect(cutChunk(whole, 0)).toEqual(thoughtChunk('Hm'));
    expect(cutChunk(mergeChunks(callChunk('f'), chunk('a')), 0)).toEqual(callChunk('f'));
  });

  it('keeps all other fields', () => {
    const fields = {
      usageMetadata: { totalTokenCount: 3 },
      candidates: [
        { index: 1, content: { role: 'model', parts: [{ text: 'other' }] }, finishReason: 'STOP' },
        { index: 0, content: { role: 'model', parts: [{ text: 'ab' }] }, safetyRatings: [] },
      ],
    };
    const cut = cutChunk({ ...toChunk(fields), mine: 1 }, 1);
    expect(cut).toEqual({
      ...toChunk({
        ...fields,
        candidates: [
          fields.candidates[0]!,
          { ...fields.candidates[1]!, content: { role: 'model', parts: [{ text: 'a' }] } },
        ],
      }),
      mine: 1,
    });
  });

  it('removes the place, which covers the content that is dropped', () => {
    const interaction = { id: 'v1_a', status: 'in_progress', cursor: '7' };
    expect(cutChunk({ ...chunk('ab'), interaction }, 1)).toEqual(chunk('a'));
    expect(cutChunk({ ...chunk('ab'), interaction }, 2).interaction).toBe(interaction);
  });

  it('removes the signature of a text that is not whole', () => {
    const signed = partsChunk([
      { text: 'ab', thoughtSignature: 's' },
      { text: 'cd', thoughtSignature: 't' },
    ]);
    expect(cutChunk(signed, 3)).toEqual(partsChunk([{ text: 'ab', thoughtSignature: 's' }, { text: 'c' }]));
  });

  it('returns a chunk in normal form, with that text', () => {
    const plainBeforeSigned = partsChunk([{ text: 'ab' }, { text: 'cd', thoughtSignature: 's' }]);
    expect(cutChunk(plainBeforeSigned, 3)).toEqual(chunk('abc'));
    fc.assert(
      fc.property(arbitraryChunk, fc.nat(12), (whole, length) => {
        const cut = cutChunk(whole, length);
        expect(cut.text).toBe(whole.text.slice(0, length));
        expectSameData(toChunk(cut), cut);
      }),
    );
  });

  it('keeps all parts before the text if the whole text is cut', () => {
    const before = [{ text: 'Hm', thought: true }, { functionCall: { name: 'f', args: {} } }];
    expect(cutChunk(partsChunk([...before, { text: 'ab' }]), 0)).toEqual(partsChunk(before));
  });
});
