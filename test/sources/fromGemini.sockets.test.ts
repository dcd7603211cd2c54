import { GoogleGenAI } from '@google/genai';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { apiError } from '../../src/emulator/apiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { outcomeOf } from '../support/outcome.js';

describe('fromGemini', () => {
  it('emits each chunk as it was sent, in normal form, and completes', async () => {
    const { ai } = await emulate(['Hello, ', 'wor', 'ld']);
    const { values, isComplete } = await outcomeOf(fromGemini(ai, params));
    expect(values.map((chunk) => chunk.text)).toEqual(['Hello, ', 'wor', 'ld']);
    expect(values.map((chunk) => toChunk(chunk))).toEqual(values);
    expect(values.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(isComplete).toBe(true);
  });

  it('makes no request before subscribe, and one for each subscription', async () => {
    const { ai, emulator } = await emulate('Hello');
    const reply$ = fromGemini(ai, params);
    await new Promise((settle) => setImmediate(settle));
    expect(emulator.requests).toHaveLength(0);
    const [first, second] = await Promise.all([outcomeOf(reply$), outcomeOf(reply$)]);
    expect(first.values).toHaveLength(second.values.length);
    expect(emulator.requests).toHaveLength(2);
  });

  it('does not change the parameters, also where the SDK would', async () => {
    const { ai } = await emulate('{}');
    const responseSchema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' };
    const frozen = deepFreeze({ ...params, config: { responseSchema } });
    const reply$ = fromGemini(ai, frozen);
    expect((await outcomeOf(reply$)).error).toBeUndefined();
    expect((await outcomeOf(reply$)).error).toBeUndefined();
    expect(frozen.config.responseSchema).toHaveProperty('$schema');
  });

  it('calls a parameter function at each subscription, and fails with the error that it throws', async () => {
    const { ai, emulator } = await emulate(({ prompt }) => prompt);
    let count = 0;
    const reply$ = fromGemini(ai, () => ({ ...params, contents: `question ${String(++count)}` }));
    expect((await textOf(reply$)) + (await textOf(reply$))).toBe('question 1question 2');
    expect(emulator.requests).toHaveLength(2);
    const failing = vi.fn();
    fromGemini(ai, () => {
      throw new RangeError('no parameters');
    }).subscribe({ error: failing });
    expect(failing).toHaveBeenCalledWith(new RangeError('no parameters'));
  });

  it('sends the configuration of the caller', async () => {
    const { ai, emulator } = await emulate('Hello');
    const config = { temperature: 0.5, httpOptions: { headers: { 'x-team': 'blue' } } };
    await outcomeOf(fromGemini(ai, { ...params, config }));
    expect(emulator.requests[0]?.headers['x-team']).toBe('blue');
    expect(emulator.requests[0]?.body).toMatchObject({ generationConfig: { temperature: 0.5 } });
  });

  it.each([
    ['no client', {} as GoogleGenAI, '`ai` to be a client with `models.generateContentStream`'],
    ['null', null as unknown as GoogleGenAI, '`ai` to be a client with `models.generateContentStream`'],
  ])('refuses %s at the call', (_, ai, sentence) => {
    expect(() => fromGemini(ai, params)).toThrow(sentence);
  });

  it('refuses an unknown reader at the call', () => {
    const ai = new GoogleGenAI({ apiKey: 'test-key' });
    expect(() => fromGemini(ai, params, { reader: 'fast' as never })).toThrow(
      new TypeError("Expected `reader` to be 'direct' or 'sdk', got 'fast'"),
    );
  });

  it('infers the parameters from the client', () => {
    const ai = new GoogleGenAI({ apiKey: 'test-key' });
    expectTypeOf(fromGemini(ai, params)).toEqualTypeOf<Observable<GeminiChunk>>();
    // @ts-expect-error -- the client wants `contents`
    fromGemini(ai, { model: 'gemini-2.5-flash' });
    const stub = { models: { generateContentStream: (_: { question: string }) => Promise.resolve(empty()) } };
    expectTypeOf(fromGemini(stub, { question: 'why' })).toEqualTypeOf<Observable<GeminiChunk>>();
    // @ts-expect-error -- the stub wants `question`
    fromGemini(stub, { model: 'gemini-2.5-flash' });
  });
});

describe('the `fetch` of fromGemini', () => {
  it('is the global one at the time of the call', async () => {
    const { ai } = await emulate('Hello');
    const global = vi.spyOn(globalThis, 'fetch');
    onTestFinished(() => {
      global.mockRestore();
    });
    await outcomeOf(fromGemini(ai, params));
    expect(global).toHaveBeenCalledTimes(1);
  });

  it('lets the SDK read if the SDK does not call it', async () => {
    const stub = { models: { generateContentStream: () => Promise.resolve(responses('Hello, ', 'world')) } };
    expect(await textOf(fromGemini(stub, {}))).toBe('Hello, world');
  });

  it('drains the stream of the SDK, so that its instrumentation sees the end', async () => {
    const { ai } = await emulate('Hello');
    const ended = vi.fn();
    const open = ai.models.generateContentStream.bind(ai.models);
    ai.models.generateContentStream = async (given) => {
      const stream = await open(given);
      return (async function* () {
        yield* stream;
        ended();
      })();
    };
    await outcomeOf(fromGemini(ai, params));
    await vi.waitFor(() => {
      expect(ended).toHaveBeenCalledTimes(1);
    });
  });
});

describe('fromGemini, HTTP errors', () => {
  it.each([
    [
      { code: 400, message: 'Bad' },
      { kind: 'invalid_request', status: 400, retryable: false },
    ],
    [
      { code: 400, reason: 'API_KEY_INVALID' },
      { kind: 'auth', status: 400, retryable: false },
    ],
    [{ code: 403 }, { kind: 'permission', status: 403, retryable: false }],
    [{ code: 404 }, { kind: 'not_found', status: 404, retryable: false }],
    [
      { code: 429, retryDelay: 31_000 },
      { kind: 'rate_limit', status: 429, retryable: true, retryAfter: 31_000 },
    ],
    [
      { code: 429, quotaId: 'GenerateRequestsPerDayPerProject' },
      { kind: 'quota', status: 429, retryable: false },
    ],
    [{ code: 503 }, { kind: 'overloaded', status: 503, retryable: true }],
  ])('are typed: %o', async (error, expected) => {
    const { ai } = await emulate({ error: apiError(error) });
    for (const reader of ['direct', 'sdk'] as const) {
      expect(await outcomeOf(fromGemini(ai, params, { reader }))).toMatchObject({ values: [], error: expected });
    }
  });

  it('are of kind network if there is no server', async () => {
    const { ai, emulator } = await emulate('Hello');
    await emulator.close();
    expect((await outcomeOf(fromGemini(ai, params))).error).toMatchObject({ kind: 'network', retryable: true });
  });
});

async function textOf(reply$: Observable<GeminiChunk>): Promise<string> {
  const { values, error } = await outcomeOf(reply$);
  if (error) throw error;
  return values.map((chunk) => chunk.text).join('');
}

async function* responses(...texts: string[]): AsyncGenerator {
  for (const text of texts) yield await Promise.resolve({ candidates: [{ content: { parts: [{ text }] } }] });
}

async function* empty(): AsyncGenerator {
  // Nothing.
}
