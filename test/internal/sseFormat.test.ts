import { describe, expect, it } from 'vitest';
import { chunkJson, openingComment, readOpening, sseText } from '../../src/internal/sseFormat.js';
import { chunk } from '../../src/testing/chunks.js';

describe('sseText', () => {
  it('writes an event in a line for each of its fields, and a heartbeat as a comment', () => {
    expect(sseText({ id: '7', data: '{}' })).toBe('id: 7\ndata: {}\n\n');
    expect(sseText({ data: '{}' })).toBe('data: {}\n\n');
    expect(sseText({ type: 'done', id: '7', data: '{}' })).toBe('event: done\ndata: {}\n\n');
    expect(sseText({ type: 'heartbeat', id: '7', data: '' })).toBe(': keep-alive\n\n');
  });
});

describe('openingComment', () => {
  it.each([15_000, 200, 0.5])('is read again with its heartbeat: %s ms', (heartbeat) => {
    expect(openingComment(heartbeat)).toBe(`: rxjs-gemini heartbeat=${heartbeat}\n\n`);
    expect(readOpening(openingComment(heartbeat).slice(2, -2))).toEqual({ heartbeat });
  });

  it('is read again without a heartbeat', () => {
    expect(readOpening(openingComment(false).slice(2, -2))).toEqual({ heartbeat: undefined });
  });

  it.each(['keep-alive', '', 'rxjs-geminis heartbeat=5', 'I am rxjs-gemini'])('is no other comment: %s', (comment) => {
    expect(readOpening(comment)).toBeUndefined();
  });

  it.each(['0', '-5', 'x', 'Infinity', '1e9', '9'.repeat(400)])('has no heartbeat of %s ms', (heartbeat) => {
    expect(readOpening(`rxjs-gemini heartbeat=${heartbeat}`)).toEqual({ heartbeat: undefined });
  });

  it('may have words that are not known yet', () => {
    expect(readOpening('rxjs-gemini version=2 heartbeat=7 more')).toEqual({ heartbeat: 7 });
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
