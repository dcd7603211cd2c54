import { describe, expect, it } from 'vitest';
import { OpenCalls } from '../../src/chunk/openCalls.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import type { GeminiPart } from '../../src/chunk/wire.js';
import { callChunk, chunk, partsChunk, usageChunk } from '../../src/testing/chunks.js';

const opening = partsChunk([{ functionCall: { name: 'f', willContinue: true } }]);
const piece = partsChunk([
  { functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }], willContinue: true } },
]);
const closing = partsChunk([{ functionCall: {} }]);

describe('OpenCalls', () => {
  it('knows a call from its opening to its closing piece', () => {
    const calls = new OpenCalls();
    const any = [chunk('a'), opening, usageChunk({}), piece, closing, callChunk('g')].map((read) => {
      calls.read(read);
      return calls.any;
    });
    expect(any).toEqual([false, true, true, true, false, false]);
  });

  it('gives a call up that something else follows', () => {
    const calls = new OpenCalls();
    calls.read(opening);
    calls.read(chunk('a'));
    expect(calls.any).toBe(false);
  });

  it('knows the calls of each candidate', () => {
    const of = (index: number, part: GeminiPart) =>
      toChunk({ candidates: [{ index, content: { role: 'model', parts: [part] } }] });
    const calls = new OpenCalls();
    calls.read(of(1, { functionCall: { name: 'f', willContinue: true } }));
    calls.read(of(0, { text: 'a' }));
    expect(calls.any).toBe(true);
    calls.read(of(1, { functionCall: {} }));
    expect(calls.any).toBe(false);
  });
});
