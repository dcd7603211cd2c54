import { describe, expect, it } from 'vitest';
import { chunkJson, sseText } from '../../src/internal/sseFormat.js';
import { chunk } from '../../src/testing/chunks.js';

describe('sseText', () => {
  it('writes an event in a line for each of its fields, and a heartbeat as a comment', () => {
    expect(sseText({ id: '7', data: '{}' })).toBe('id: 7\ndata: {}\n\n');
    expect(sseText({ data: '{}' })).toBe('data: {}\n\n');
    expect(sseText({ type: 'done', id: '7', data: '{}' })).toBe('event: done\ndata: {}\n\n');
    expect(sseText({ type: 'heartbeat', id: '7', data: '' })).toBe(': keep-alive\n\n');
  });
});

describe('chunkJson', () => {
  const candidates = [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] } }];

  it('leaves the text to the candidates, and adds them where there are none', () => {
    expect(JSON.parse(chunkJson(chunk('Hi'), false))).toEqual({ candidates });
    expect(JSON.parse(chunkJson({ text: 'Hi' }, false))).toEqual({ candidates });
    expect(chunkJson({ text: '' }, false)).toBe('{}');
  });

  it('has annotations only where they are wanted, and fields that nobody knows always', () => {
    const annotated = { text: '', cancelled: { reason: 'x' }, novelty: 1, ['__proto__']: 2 };
    expect(chunkJson(annotated, true)).toBe('{"cancelled":{"reason":"x"},"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, false)).toBe('{"novelty":1,"__proto__":2}');
  });
});
