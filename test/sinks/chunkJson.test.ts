import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunkJson, hasSentField } from '../../src/sinks/chunkJson.js';
import { omittedFields } from '../../src/sinks/omittedFields.js';
import { chunk } from '../../src/testing/chunks.js';

const leftOut = omittedFields(false);

describe('chunkJson', () => {
  const candidates = [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] } }];

  it('omits `text`, and adds candidates to a chunk without candidates', () => {
    expect(JSON.parse(chunkJson(chunk('Hi'), leftOut))).toEqual({ candidates });
    expect(JSON.parse(chunkJson({ text: 'Hi' }, leftOut))).toEqual({ candidates });
    expect(chunkJson({ text: '' }, leftOut)).toBe('{}');
  });

  it('has only the requested annotations, and all unknown fields', () => {
    const annotated = { text: '', queued: { position: 1 }, novelty: 1, ['__proto__']: 2 };
    expect(chunkJson(annotated, omittedFields(true))).toBe('{"queued":{"position":1},"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, omittedFields(['queued']))).toBe('{"queued":{"position":1},"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, leftOut)).toBe('{"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, omittedFields(['cost']))).toBe('{"novelty":1,"__proto__":2}');
  });

  it('always has the annotations that report the end of a reply', () => {
    const ended = { text: '', queued: { position: 1 }, cancelled: { reason: 'x' }, stopped: { reason: 'y' } };
    expect(chunkJson(ended, leftOut)).toBe('{"cancelled":{"reason":"x"},"stopped":{"reason":"y"}}');
  });
});

describe('hasSentField', () => {
  const isSent = hasSentField(leftOut);

  it.each<[object, boolean]>([
    [{ text: '' }, false],
    [{ text: '', queued: { position: 1 }, cost: undefined, usageMetadata: undefined }, false],
    [{ text: 'a' }, true],
    [{ text: '', usageMetadata: {} }, true],
    [{ text: '', stopped: { reason: 'x' }, queued: { position: 1 } }, true],
    [{ text: '', novelty: 1 }, true],
  ])('returns whether the JSON of %j has a field', (each, expected) => {
    expect(isSent(each as GeminiChunk)).toBe(expected);
    expect(chunkJson(each as GeminiChunk, leftOut) !== '{}').toBe(expected);
  });
});
