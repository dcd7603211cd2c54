import { describe, expect, it } from 'vitest';
import { toChunk } from '../../src/chunk/toChunk.js';
import { notAResponse } from '../../src/sources/protocolErrors.js';
import { isResponse } from '../../src/sources/responseShape.js';
import { chunk, thoughtChunk } from '../../src/testing/chunks.js';
import { otherShapes } from '../support/otherShapes.js';

const reply = { candidates: [{ content: { parts: [{ text: 'Hi' }] } }] };

describe('isResponse', () => {
  it.each(otherShapes)('is not %s', (_, json) => {
    expect(isResponse(json)).toBe(false);
  });

  it.each<[unknown]>([
    [{}],
    [{ candidates: null }],
    [{ error: null }],
    [reply],
    [{ ...reply, novelty: 1 }],
    [{ candidates: [] }],
    [{ usageMetadata: { totalTokenCount: 1 } }],
    [{ usage_metadata: { total_token_count: 1 } }],
    [{ promptFeedback: { blockReason: 'SAFETY' } }],
    [{ modelVersion: 'm', responseId: 'r' }],
    [{ responseId: 'r', novelty: {} }],
    [{ text: '' }],
    [{ progress: { phase: 'waiting' } }],
    [{ cancelled: { reason: 'enough' } }],
    [{ position: 'r-0' }],
    [chunk('a')],
    [thoughtChunk('a')],
    [toChunk({})],
  ])('is %j', (json) => {
    expect(isResponse(json)).toBe(true);
  });

  it("reads no getter of the SDK's class, which prints", () => {
    class Response {
      sdkHttpResponse = { headers: {} };
      get text(): string {
        throw new Error('printed');
      }
    }
    expect(isResponse(new Response())).toBe(true);
  });
});

describe('notAResponse', () => {
  it.each(otherShapes)('names the shape of %s, and no value', (_, json, shape) => {
    const error = notAResponse(json);
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    expect(error.message).toBe(`Expected an event of Gemini's stream, got ${shape}`);
    expect(error.message).not.toContain('secret');
  });

  it('names no field that may be a text of a user or a key, and at most eight', () => {
    const key = `AIza${'x'.repeat(20)}`;
    const odd = {
      'My name is Ann': 1,
      ['x'.repeat(33)]: 1,
      [key]: 1,
      'ann@mail.example': 1,
      名前: 1,
      'a\nb': 1,
      '<b>': 1,
    };
    expect(notAResponse(odd).message).toMatch(/with the fields …, …, …, …, …, …, …$/);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${String(index)}`, 1]));
    expect(notAResponse(many).message).toMatch(/'f7' and 9992 more$/);
  });
});
