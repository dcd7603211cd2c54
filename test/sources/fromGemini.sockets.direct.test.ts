import { describe, expect, it, vi } from 'vitest';
import type { Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { apiError } from '../../src/emulator/apiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

// Needs an SDK that calls a `fetch` of ours, and so does not run with 1.x.

describe('the `fetch` of fromGemini', () => {
  it('is the `fetch` of the request', async () => {
    const { ai } = await emulate('Hello');
    const own = vi.fn(fetch);
    await outcomeOf(fromGemini(ai, { ...params, config: { httpOptions: { fetch: own } } }));
    expect(own).toHaveBeenCalledTimes(1);
  });

  it('is the `fetch` of the client', async () => {
    const own = vi.fn(fetch);
    const { ai } = await emulate('Hello', { fetch: own });
    await outcomeOf(fromGemini(ai, params));
    expect(own).toHaveBeenCalledTimes(1);
  });
});

describe('fromGemini, HTTP errors', () => {
  it('have the `retryAfter` of the header, in seconds or as a date', async () => {
    const { ai } = await emulate({ error: apiError({ code: 503 }), headers: { 'Retry-After': '7' } });
    expect((await outcomeOf(fromGemini(ai, params))).error?.retryAfter).toBe(7000);
    const past = await emulate({
      error: apiError({ code: 503 }),
      headers: { 'Retry-After': 'Sat, 01 Jan 2000 00:00:00 GMT' },
    });
    expect((await outcomeOf(fromGemini(past.ai, params))).error?.retryAfter).toBe(0);
  });

  it('keep their status if the body cannot be read', async () => {
    const { ai } = await emulate({ status: 503, body: '{ half', headers: { 'Content-Type': 'application/json' } });
    expect((await outcomeOf(fromGemini(ai, params))).error).toMatchObject({ kind: 'overloaded', status: 503 });
  });

  it("are retried according to the SDK's retryOptions", async () => {
    const { ai, emulator } = await emulate(({ index }) => (index < 2 ? { error: apiError({ code: 503 }) } : 'Hello'));
    const retryOptions = { attempts: 3, initialDelay: 0.001, maxDelay: 0.002 };
    expect(await textOf(fromGemini(ai, { ...params, config: { httpOptions: { retryOptions } } }))).toBe('Hello');
    expect(emulator.requests).toHaveLength(3);
  });

  it('report that the SDK could not build the request', async () => {
    const { ai, emulator } = await emulate('Hello');
    expect((await outcomeOf(fromGemini(ai, { ...params, contents: [] }))).error).toMatchObject({
      kind: 'invalid_request',
      message: expect.stringContaining('contents are required') as string,
    });
    expect(emulator.requests).toHaveLength(0);
  });
});

describe('unsubscribing at once', () => {
  it.each(['direct', 'sdk'] as const)('makes no request, reader %s', async (reader) => {
    const { ai, emulator } = await emulate('Hello');
    fromGemini(ai, params, { reader }).subscribe().unsubscribe();
    // A later request on the same machine is seen: the earlier one would have been.
    await outcomeOf(fromGemini(ai, params, { reader }));
    expect(emulator.requests).toHaveLength(1);
  });
});

describe('fromGenerate', () => {
  it('fails with a typed error that has the `retryAfter` of the header', async () => {
    const { ai } = await emulate({ error: apiError({ code: 429 }), headers: { 'Retry-After': '3' } });
    expect((await outcomeOf(fromGenerate(ai, params))).error).toMatchObject({
      kind: 'rate_limit',
      status: 429,
      retryAfter: 3000,
    });
  });
});

async function textOf(reply$: Observable<GeminiChunk>): Promise<string> {
  const { values, error } = await outcomeOf(reply$);
  if (error) throw error;
  return values.map((chunk) => chunk.text).join('');
}
