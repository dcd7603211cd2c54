import { describe, expect, it } from 'vitest';
import { contentBytes } from '../../src/chunk/chunkBytes.js';
import { callChunk, chunk, finishChunk, usageChunk } from '../../src/testing/chunks.js';

describe('contentBytes', () => {
  it('counts two bytes for each UTF-16 unit of text, even of a chunk with only `text`', () => {
    expect(contentBytes(chunk('12345'))).toBe(10);
    expect(contentBytes({ text: '12345' })).toBe(10);
  });

  it('counts data and arguments', () => {
    const parts = [{ inlineData: { data: 'x'.repeat(1_000), mimeType: '' } }];
    expect(contentBytes({ text: '', candidates: [{ content: { parts } }] })).toBe(2_000);
    expect(contentBytes(callChunk('find', { query: 'x'.repeat(500) }))).toBeGreaterThan(1_000);
  });

  it('counts eight bytes for a number, a boolean and `null`', () => {
    for (const value of [1, true, null]) {
      const parts = [{ functionResponse: { response: { value } } }];
      expect(contentBytes({ text: '', candidates: [{ content: { parts } }] })).toBe(8);
    }
  });

  it('does not count fields that a later chunk replaces', () => {
    const grounded = { text: '', candidates: [{ groundingMetadata: { webSearchQueries: ['x'.repeat(1_000)] } }] };
    expect([usageChunk({ totalTokenCount: 1 }), finishChunk(), grounded, { text: '' }].map(contentBytes)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('counts citations and log probabilities, which add up', () => {
    const candidate = {
      citationMetadata: { citations: [{ uri: '12345', startIndex: 0 }] },
      logprobsResult: { chosenCandidates: [{ token: '12345' }] },
    };
    expect(contentBytes({ text: '', candidates: [candidate] })).toBe(28);
  });
});
