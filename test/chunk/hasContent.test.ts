import { describe, expect, it } from 'vitest';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import type { GeminiPart } from '../../src/chunk/response.js';
import {
  blockedChunk,
  callChunk,
  chunk,
  finishChunk,
  partsChunk,
  thoughtChunk,
  usageChunk,
} from '../../src/testing/chunks.js';

const cancelled: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
const stopped: GeminiChunk = { text: '', stopped: { reason: 'enough' } };
const ofSecond = (candidate: object) => toChunk({ candidates: [{ index: 1, ...candidate }] });

describe('hasContent', () => {
  it.each<[string, GeminiChunk]>([
    ['text', chunk('x')],
    ['a thought', thoughtChunk('hm')],
    ['a call', callChunk('weather')],
    ['a piece of a call', partsChunk([{ functionCall: {} }])],
    ['data', partsChunk([{ inlineData: { data: 'AA==' } }])],
    ['an unknown part', partsChunk([{ novelty: 1 } as GeminiPart])],
    ['a signature on a call', partsChunk([{ functionCall: { name: 'f' }, thoughtSignature: 'c2ln' }])],
    ["another candidate's text", ofSecond({ content: { parts: [{ text: 'x' }] } })],
    ['text and no candidates', { text: 'x' }],
    ['a call beside an empty text', partsChunk([{ text: '', thoughtSignature: 'c2ln' }, { functionCall: {} }])],
    ['content of one of two candidates', toChunk({ candidates: [{}, { content: { parts: [{ text: 'x' }] } }] })],
  ])('is true for %s', (_, content) => {
    expect(hasContent(content)).toBe(true);
    expect(isNotice(content)).toBe(false);
  });

  it.each<[string, GeminiChunk]>([
    ['nothing', emptyChunk],
    ['an empty text', chunk('')],
    ['a signature on an empty text', partsChunk([{ text: '', thoughtSignature: 'c2ln' }])],
    ['an empty thought', partsChunk([{ text: '', thought: true }])],
    ['a bare finish', finishChunk()],
    ['token counts', usageChunk({ totalTokenCount: 3 })],
    ['a block', blockedChunk()],
    ['a mark', cancelled],
  ])('is false for %s', (_, without) => {
    expect(hasContent(without)).toBe(false);
  });
});

describe('isNotice', () => {
  it('is true for a chunk with annotations only', () => {
    expect([emptyChunk, { text: '', queued: { position: 1 } }, { text: '', mine: 1 }].every(isNotice)).toBe(true);
  });

  it('is false for token counts and for a finish, of any candidate', () => {
    const wire = [usageChunk({ totalTokenCount: 3 }), finishChunk(), ofSecond({ finishReason: 'STOP' })];
    expect(wire.some(isNotice)).toBe(false);
  });

  it.each<[string, GeminiChunk]>([
    ['a blocked prompt', blockedChunk()],
    ['an id', { text: '', responseId: 'r1' }],
    ['a version', { text: '', modelVersion: 'gemini-a' }],
    ['a time', { text: '', createTime: '2026-11-21T00:00:00Z' }],
    ['a state of the model', toChunk({ modelStatus: { modelStage: 'STABLE' } } as object)],
    ['an empty text of the wire', chunk('')],
    ['a mark of cancelled', cancelled],
    ['a mark of stopped', { ...stopped, progress: undefined }],
  ])('is false for %s', (_, one) => {
    expect(isNotice(one)).toBe(false);
  });

  it('treats a field without a value as absent', () => {
    expect(isNotice({ text: '', candidates: undefined, cancelled: undefined })).toBe(true);
  });
});

it.each([hasContent, isNotice])('%o names its argument in the error for a value that is not a chunk', (judge) => {
  expect(() => judge('x' as unknown as GeminiChunk)).toThrow('Expected `chunk` to be a response object');
});
