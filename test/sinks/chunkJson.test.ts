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
    const tool = { call: { name: 'f', args: {} }, status: 'running' } as const;
    const annotated = { text: '', tool, novelty: 1, ['__proto__']: 2 };
    const json = `{"tool":${JSON.stringify(tool)},"novelty":1,"__proto__":2}`;
    expect(chunkJson(annotated, omittedFields(true))).toBe(json);
    expect(chunkJson(annotated, omittedFields(['tool']))).toBe(json);
    expect(chunkJson(annotated, leftOut)).toBe('{"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, omittedFields(['cost']))).toBe('{"novelty":1,"__proto__":2}');
  });

  it('always has the annotations that report a wait or the end of a reply', () => {
    const waits = { queued: { position: 1 }, retrying: { attempt: 1, delay: 5, kind: 'network' } } as const;
    const ended = { ...waits, cancelled: { reason: 'x' }, stopped: { reason: 'y' } };
    for (const annotations of [false, true, ['cost']]) {
      expect(JSON.parse(chunkJson({ text: '', ...ended }, omittedFields(annotations)))).toEqual(ended);
    }
  });
});

describe('an interaction', () => {
  const interaction = { id: 'v1_a', status: 'queued', cursor: 'c', background: true };
  const at = (status: string, fields: object = {}) => ({
    text: '',
    ...fields,
    interaction: { ...interaction, status },
  });

  it('is sent with its id and status only, unless it is requested', () => {
    for (const annotations of [false, [], ['cost']]) {
      const json = chunkJson(at('queued'), omittedFields(annotations));
      expect(json).toBe('{"interaction":{"id":"v1_a","status":"queued"}}');
    }
    for (const annotations of [true, ['interaction']]) {
      expect(JSON.parse(chunkJson(at('queued'), omittedFields(annotations)))).toEqual({ interaction });
    }
  });

  it('makes a notice a chunk that is sent if its id or its status is new', () => {
    const isSent = hasSentField(leftOut);
    const sent = [
      at('queued'),
      at('queued'),
      at('in_progress', { usageMetadata: {} }),
      at('in_progress', { cost: 1 }),
      at('in_progress', { text: 'a' }),
      at('completed'),
      { text: '', interaction: { ...interaction, id: 'v1_b', status: 'completed' } },
      { text: '', progress: {} },
    ].map((each) => isSent(each as GeminiChunk));
    expect(sent).toEqual([true, false, true, false, true, true, true, false]);
  });

  it('makes every notice with its place a chunk that is sent if it is requested', () => {
    const isSent = hasSentField(omittedFields(['interaction']));
    expect([at('queued'), at('queued')].map(isSent)).toEqual([true, true]);
  });
});

describe('hasSentField', () => {
  const isSent = hasSentField(leftOut);

  it.each<[object, boolean]>([
    [{ text: '' }, false],
    [{ text: '', resumed: { attempt: 1 }, cost: undefined, usageMetadata: undefined }, false],
    [{ text: '', queued: { position: 1 } }, true],
    [{ text: '', retrying: { attempt: 1 } }, true],
    [{ text: 'a' }, true],
    [{ text: '', usageMetadata: {} }, true],
    [{ text: '', stopped: { reason: 'x' }, queued: { position: 1 } }, true],
    [{ text: '', novelty: 1 }, true],
  ])('returns whether the JSON of %j has a field', (each, expected) => {
    expect(isSent(each as GeminiChunk)).toBe(expected);
    expect(chunkJson(each as GeminiChunk, leftOut) !== '{}').toBe(expected);
  });
});
