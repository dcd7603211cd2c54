import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { splitChunk } from '../../src/chunk/splitChunk.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { chunk, partsChunk } from '../../src/testing/chunks.js';

describe('splitChunk', () => {
  it('cuts a text in two', () => {
    expect(splitChunk(chunk('Hello world'), 6)).toEqual([chunk('Hello '), chunk('world')]);
  });

  it('puts the finish, the usage and all other fields of the reply on the second piece', () => {
    const whole = toChunk({
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'ab' }] },
          finishReason: 'STOP',
          citationMetadata: { citations: [] },
        },
        { content: { role: 'model', parts: [{ text: 'other' }] } },
      ],
      usageMetadata: { totalTokenCount: 3 },
      promptFeedback: {},
      modelVersion: 'm',
      responseId: 'r',
      createTime: 'now',
    });
    const ending = { ...whole, cancelled: { reason: 'x' }, stopped: { reason: 'y' } };
    const [first, second] = splitChunk(ending, 1)!;
    expect(first).toEqual(chunk('a'));
    expect(second.candidates?.[0]).toMatchObject({ content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' });
    expect(mergeChunks(first, second)).toEqual(ending);
  });

  it('puts annotations on both pieces, as the type of the chunk promises', () => {
    const [first, second] = splitChunk({ ...chunk('ab', { modelVersion: 'm' }), mine: 1 }, 1)!;
    expect(first).toEqual({ ...chunk('a'), mine: 1 });
    expect(second).toEqual({ ...chunk('b', { modelVersion: 'm' }), mine: 1 });
  });

  it('puts standing annotations on both pieces, and marks on the second', () => {
    const cost = { input: 1, cached: 0, output: 0, thoughts: 0, total: 1, estimated: false };
    const once = { queued: { position: 0 }, tool: { call: { name: 'f', args: {} }, status: 'running' } } as const;
    const [first, second] = splitChunk({ ...chunk('ab'), cost, ...once }, 1)!;
    expect(first).toEqual({ ...chunk('a'), cost });
    expect(second).toEqual({ ...chunk('b'), cost, ...once });
    expect(mergeChunks<GeminiChunk>(first, second)).toEqual({ ...chunk('ab'), cost, ...once });
  });

  it('puts the place in an interaction on the second piece', () => {
    const interaction = { id: 'v1_a', status: 'in_progress', cursor: '7' };
    const [first, second] = splitChunk({ ...chunk('ab'), interaction }, 1)!;
    expect(first).toEqual(chunk('a'));
    expect(second).toEqual({ ...chunk('b'), interaction });
  });

  it('puts the mark of a seam on the first piece', () => {
    const resumed = { attempt: 1, kind: 'network' } as const;
    const [first, second] = splitChunk({ ...chunk('ab'), resumed }, 1)!;
    expect(first).toEqual({ ...chunk('a'), resumed });
    expect(second).toEqual(chunk('b'));
  });

  it('counts answer text only, and keeps the parts in order', () => {
    const whole = partsChunk([
      { text: 'thought', thought: true },
      { text: 'ab' },
      { text: 'more', thought: true },
      { text: 'c' },
    ]);
    expect(splitChunk(whole, 1)).toEqual([
      partsChunk([{ text: 'thought', thought: true }, { text: 'a' }]),
      partsChunk([{ text: 'b' }, { text: 'more', thought: true }, { text: 'c' }]),
    ]);
    expect(splitChunk(whole, 2)?.[1]).toEqual(partsChunk([{ text: 'more', thought: true }, { text: 'c' }]));
  });

  it('cuts beside a signed part, never inside', () => {
    const whole = partsChunk([{ text: 'ab' }, { text: 'cd', thoughtSignature: 's' }, { text: 'ef' }]);
    expect(splitChunk(whole, 2)?.map(({ text }) => text)).toEqual(['ab', 'cdef']);
    expect(splitChunk(whole, 3)).toBeUndefined();
    expect(splitChunk(whole, 4)?.map(({ text }) => text)).toEqual(['abcd', 'ef']);
  });

  it('does not cut a content whose role merging would change', () => {
    expect(splitChunk(toChunk({ candidates: [{ content: { parts: [{ text: 'ab' }] } }] }), 1)).toBeUndefined();
    expect(
      splitChunk(toChunk({ candidates: [{ content: { role: 'user', parts: [{ text: 'ab' }] } }] }), 1),
    ).toBeUndefined();
  });

  it('does not cut beyond the text', () => {
    expect(splitChunk(chunk('ab'), 3)).toBeUndefined();
    expect(splitChunk(toChunk({ usageMetadata: {} }), 1)).toBeUndefined();
  });

  it('makes pieces that merge into the chunk again', () => {
    const text = fc.string({ maxLength: 4 });
    const part = fc.oneof(
      fc.record({ text }),
      fc.record({ text, thought: fc.boolean() }),
      fc.record({ text, thoughtSignature: fc.constant('s') }),
      fc.constant({ inlineData: { data: 'AA==' } }),
    );
    const content = fc.record(
      { role: fc.constantFrom('model', 'user'), parts: fc.array(part) },
      { requiredKeys: ['parts'] },
    );
    const candidate = fc.record({ content, finishReason: fc.constant('STOP') }, { requiredKeys: ['content'] });
    fc.assert(
      fc.property(
        fc.array(candidate, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 1, max: 12 }),
        (candidates, length) => {
          const whole = toChunk({ candidates, usageMetadata: { totalTokenCount: 1 } });
          fc.pre(length < whole.text.length);
          const pieces = splitChunk(whole, length);
          fc.pre(pieces !== undefined);
          expect(pieces[0].text).toBe(whole.text.slice(0, length));
          expect(mergeChunks(...pieces)).toEqual(whole);
        },
      ),
    );
  });

  it.each([{}, { content: {} }, { content: { role: 'model' } }])('does not cut a candidate like %j', (candidate) => {
    expect(splitChunk(toChunk({ candidates: [candidate] }), 1)).toBeUndefined();
  });
});
