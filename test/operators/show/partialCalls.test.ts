import { describe, expect, it } from 'vitest';
import { PartialCalls } from '../../../operators/show/partialCalls.js';
import { toChunk } from '../../../src/chunk/toChunk.js';
import type { GeminiPart } from '../../../src/chunk/response.js';
import { callChunk, chunk, partsChunk, usageChunk } from '../../../src/testing/chunks.js';

const opening = partsChunk([{ functionCall: { name: 'f', willContinue: true } }]);
const piece = partsChunk([
  { functionCall: { partialArgs: [{ jsonPath: '$.a', numberValue: 1 }], willContinue: true } },
]);
const closing = partsChunk([{ functionCall: {} }]);

describe('PartialCalls', () => {
  it('reports a call from its opening to its closing piece', () => {
    const calls = new PartialCalls();
    const any = [chunk('a'), opening, usageChunk({}), piece, closing, callChunk('g')].map((read) => {
      calls.append(read);
      return calls.hasOpen;
    });
    expect(any).toEqual([false, true, true, true, false, false]);
  });

  it('waits on through chunks without parts', () => {
    const calls = new PartialCalls();
    calls.append(opening);
    for (const content of [undefined, {}, { parts: [] }]) {
      calls.append({ text: '', candidates: [{ index: 0, ...(content && { content }) }] });
      expect(calls.hasOpen).toBe(true);
    }
    calls.append({ text: 'a' });
    expect(calls.hasOpen).toBe(true);
  });

  it('drops a call that another part follows', () => {
    const calls = new PartialCalls();
    calls.append(opening);
    calls.append(chunk('a'));
    expect(calls.hasOpen).toBe(false);
  });

  it('follows the calls of each candidate', () => {
    const of = (index: number, part: GeminiPart) =>
      toChunk({ candidates: [{ index, content: { role: 'model', parts: [part] } }] });
    const calls = new PartialCalls();
    calls.append(of(1, { functionCall: { name: 'f', willContinue: true } }));
    calls.append(of(0, { text: 'a' }));
    expect(calls.hasOpen).toBe(true);
    calls.append(of(1, { functionCall: {} }));
    expect(calls.hasOpen).toBe(false);
  });
});
