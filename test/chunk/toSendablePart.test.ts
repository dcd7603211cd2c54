import { expect, it } from 'vitest';
import { toSendablePart } from '../../src/chunk/toSendablePart.js';
import type { GeminiPart } from '../../src/chunk/response.js';

it('toSendablePart returns a part with data unchanged, and gives any other an empty text', () => {
  for (const part of [{ text: '' }, { text: 'a', thought: true }, { functionCall: {} }]) {
    expect(toSendablePart(part)).toBe(part);
  }
  expect(toSendablePart({ thoughtSignature: 's' })).toEqual({ text: '', thoughtSignature: 's' });
  const empty = { text: null, inlineData: undefined, thought: true } as unknown as GeminiPart;
  expect(toSendablePart(empty)).toEqual({ text: '', inlineData: undefined, thought: true });
});
