import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunkJson, isSentOf, openingComment, readOpening, sseText } from '../../src/sinks/sseFormat.js';
import { leftOutBy } from '../../src/sinks/sentAnnotations.js';
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
  const read = (text: string) => readOpening(text.slice(1, -2));

  it.each([
    [{ heartbeat: 15_000, after: undefined }, ': rxjs-gemini heartbeat=15000\n\n'],
    [{ heartbeat: 0.5, after: -1 }, ': rxjs-gemini heartbeat=0.5 after=-1\n\n'],
    [{ heartbeat: undefined, after: 7 }, ': rxjs-gemini after=7\n\n'],
    [{ heartbeat: undefined, after: undefined }, ': rxjs-gemini\n\n'],
  ])('is read again: %j', (opening, text) => {
    expect(openingComment(opening)).toBe(text);
    expect(read(text)).toEqual(opening);
  });

  it.each(['keep-alive', '', 'rxjs-geminis heartbeat=5', 'I am rxjs-gemini'])('is no other comment: %s', (comment) => {
    expect(readOpening(comment)).toBeUndefined();
  });

  it.each(['0', '-5', 'x', 'Infinity', '1e9', '9'.repeat(400)])('has no heartbeat of %s ms', (heartbeat) => {
    expect(readOpening(`rxjs-gemini heartbeat=${heartbeat}`)?.heartbeat).toBeUndefined();
  });

  it('may have words that are not known yet', () => {
    expect(readOpening('rxjs-gemini version=2 heartbeat=7 more')).toEqual({ heartbeat: 7, after: undefined });
  });
});

const leftOut = leftOutBy(false);

describe('chunkJson', () => {
  const candidates = [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] } }];

  it('leaves the text to the candidates, and adds them where there are none', () => {
    expect(JSON.parse(chunkJson(chunk('Hi'), leftOut))).toEqual({ candidates });
    expect(JSON.parse(chunkJson({ text: 'Hi' }, leftOut))).toEqual({ candidates });
    expect(chunkJson({ text: '' }, leftOut)).toBe('{}');
  });

  it('has annotations only where they are wanted, and fields that nobody knows always', () => {
    const annotated = { text: '', queued: { position: 1 }, novelty: 1, ['__proto__']: 2 };
    expect(chunkJson(annotated, leftOutBy(true))).toBe('{"queued":{"position":1},"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, leftOutBy(['queued']))).toBe('{"queued":{"position":1},"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, leftOut)).toBe('{"novelty":1,"__proto__":2}');
    expect(chunkJson(annotated, leftOutBy(['cost']))).toBe('{"novelty":1,"__proto__":2}');
  });

  it('has always what says how a reply ended', () => {
    const ended = { text: '', queued: { position: 1 }, cancelled: { reason: 'x' }, stopped: { reason: 'y' } };
    expect(chunkJson(ended, leftOut)).toBe('{"cancelled":{"reason":"x"},"stopped":{"reason":"y"}}');
  });
});

describe('isSentOf', () => {
  const isSent = isSentOf(leftOut);

  it.each<[object, boolean]>([
    [{ text: '' }, false],
    [{ text: '', queued: { position: 1 }, cost: undefined, usageMetadata: undefined }, false],
    [{ text: 'a' }, true],
    [{ text: '', usageMetadata: {} }, true],
    [{ text: '', stopped: { reason: 'x' }, queued: { position: 1 } }, true],
    [{ text: '', novelty: 1 }, true],
  ])('is whether the JSON of %j has anything in it', (each, expected) => {
    expect(isSent(each as GeminiChunk)).toBe(expected);
    expect(chunkJson(each as GeminiChunk, leftOut) !== '{}').toBe(expected);
  });
});
