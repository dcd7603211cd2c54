import { describe, expect, it } from 'vitest';
import { mergeFields } from '../../src/chunk/mergeFields.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { PartReader } from '../../operators/show/partReader.js';

const full: Record<string, unknown> = {
  groundingMetadata: { webSearchQueries: ['q'], groundingChunks: [{ web: { uri: 'https://a.example' } }] },
  urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'https://a.example' }] },
  safetyRatings: [{ category: 'HARM', probability: 'LOW' }],
};
const other: Record<string, unknown> = {
  groundingMetadata: { webSearchQueries: ['r'] },
  urlContextMetadata: { urlMetadata: [{ retrievedUrl: 'https://b.example' }] },
  safetyRatings: [{ category: 'HARM', probability: 'HIGH' }],
};

describe('an empty placeholder', () => {
  const rows = Object.keys(full).flatMap((field) =>
    (field === 'safetyRatings' ? [[]] : [{}, { a: [] }, { a: {}, b: [], c: '' }]).map((empty): [string, unknown] => [
      field,
      empty,
    ]),
  );
  const withField = (field: string, value: unknown): GeminiChunk =>
    toChunk({ candidates: [{ index: 0, content: { parts: [{ text: 'a' }] }, [field]: value }] });
  const finishOf = (...chunks: GeminiChunk[]) => {
    const reader = new PartReader();
    for (const one of chunks) reader.read(one);
    return reader.finish() as unknown as Record<string, unknown>;
  };

  it.each(rows)('of %s does not replace a value: %j', (field, empty) => {
    const candidateOf = (...chunks: GeminiChunk[]) =>
      chunks.reduce(mergeChunks).candidates?.[0] as unknown as Record<string, unknown>;
    const [a, b, c] = [withField(field, full[field]), withField(field, empty), withField(field, other[field])];
    expect(candidateOf(a, b)[field]).toEqual(full[field]);
    expect(candidateOf(b, a)[field]).toEqual(full[field]);
    expect(candidateOf(b, b)[field]).toEqual(empty);
    expect(candidateOf(a, b, c)[field]).toEqual(other[field]);
    expect(finishOf(a, b)[field]).toEqual(full[field]);
    expect(finishOf(a, b, c)[field]).toEqual(other[field]);
  });

  it.each([[{}], [{ safetyRatings: [] }], [{ blockReason: 'BLOCKED_REASON_UNSPECIFIED' }]])(
    'of the prompt feedback does not replace a value: %j',
    (empty) => {
      const blocked = toChunk({ promptFeedback: { blockReason: 'SAFETY' } });
      const later = toChunk({ promptFeedback: empty });
      expect(mergeChunks(blocked, later).promptFeedback).toEqual({ blockReason: 'SAFETY' });
      expect(finishOf(blocked, later)['promptFeedback']).toEqual({ blockReason: 'SAFETY' });
    },
  );

  it('of token counts and citations does not replace a value', () => {
    const citations = [{ uri: 'https://a.example' }];
    const a = toChunk({
      usageMetadata: { totalTokenCount: 7 },
      candidates: [{ index: 0, citationMetadata: { citations } }],
    });
    const b = toChunk({ usageMetadata: {}, candidates: [{ index: 0, citationMetadata: {} }] });
    const merged = mergeChunks(a, b);
    expect(merged.usageMetadata).toEqual({ totalTokenCount: 7 });
    expect(merged.candidates?.[0]?.citationMetadata).toEqual({ citations });
  });
});

describe('mergeFields', () => {
  it('keeps the later value of metadata that are not empty, and of other fields always', () => {
    const target = { groundingMetadata: { a: 1 }, novelty: { a: 1 } };
    mergeFields(target, { groundingMetadata: { a: 0 }, novelty: {} });
    expect(target).toEqual({ groundingMetadata: { a: 0 }, novelty: {} });
    mergeFields(target, { groundingMetadata: { a: { b: { c: [] } } } });
    expect(target.groundingMetadata).toEqual({ a: { b: { c: [] } } });
  });

  it.each([null, undefined, '', {}, [], { a: null }, { a: undefined, b: '' }])(
    'treats %j as empty metadata',
    (empty) => {
      const target = { groundingMetadata: { a: 1 } };
      mergeFields(target, { groundingMetadata: empty });
      expect(target).toEqual({ groundingMetadata: { a: 1 } });
    },
  );

  it.each([0, false, 'x', { a: 0 }])('treats %j as metadata that are not empty', (later) => {
    const target = { groundingMetadata: { a: 1 } };
    mergeFields(target, { groundingMetadata: later });
    expect(target).toEqual({ groundingMetadata: later });
  });
});
