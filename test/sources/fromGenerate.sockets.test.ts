import { GoogleGenAI } from '@google/genai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { apiError } from '../../src/emulator/apiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

describe('fromGenerate', () => {
  it('emits the whole reply as one chunk, with the text that a stream has in pieces', async () => {
    const { ai } = await emulate(['Hello, ', 'world']);
    const whole = await outcomeOf(fromGenerate(ai, deepFreeze(params)));
    const pieces = await outcomeOf(fromGemini(ai, params));
    expect(whole.values.map((chunk) => chunk.text)).toEqual(['Hello, world']);
    expect(pieces.values.map((chunk) => chunk.text).join('')).toBe('Hello, world');
    expect(whole.values[0]?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(whole.isComplete).toBe(true);
  });

  it('makes no request before subscribe, and one for each subscription', async () => {
    const { ai, emulator } = await emulate('Hello');
    const reply$ = fromGenerate(ai, () => params);
    expect(emulator.requests).toHaveLength(0);
    await outcomeOf(reply$);
    await outcomeOf(reply$);
    expect(emulator.requests).toHaveLength(2);
  });

  it('fails with a typed error', async () => {
    const { ai } = await emulate({ error: apiError({ code: 429, retryDelay: 3000 }) });
    expect((await outcomeOf(fromGenerate(ai, params))).error).toMatchObject({
      kind: 'rate_limit',
      status: 429,
      retryAfter: 3000,
    });
  });

  it('throws at the call for a value that is not a client', () => {
    expect(() => fromGenerate({} as GoogleGenAI, params)).toThrow('`ai` to be a client with `models.generateContent`');
  });

  it('infers the parameters from the client', () => {
    const ai = new GoogleGenAI({ apiKey: 'test-key' });
    expectTypeOf(fromGenerate(ai, params)).toEqualTypeOf<Observable<GeminiChunk>>();
    // @ts-expect-error -- the client wants `contents`
    fromGenerate(ai, { model: 'gemini-2.5-flash' });
  });
});
