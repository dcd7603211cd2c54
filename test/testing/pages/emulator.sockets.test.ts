import { GoogleGenAI } from '@google/genai';
import { lastValueFrom } from 'rxjs';
import { finalResponse, fromGemini, protectReply } from 'rxjs-gemini';
import { apiError, startEmulator, type Emulator, type EmulatorReply } from 'rxjs-gemini/emulator';
import { afterEach, describe, expect, it } from 'vitest';

let emulator: Emulator;
afterEach(() => emulator.close());

/** A client of an emulator that answers so. */
async function clientOf(reply: EmulatorReply): Promise<GoogleGenAI> {
  emulator = await startEmulator({ reply });
  return new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
}

describe('the real SDK, with a model that fails on demand', () => {
  const params = { model: 'gemini-2.5-flash', contents: 'Hello' };
  const safely = protectReply({ retry: {} });

  it('asks again after the wait of a 429', async () => {
    const busy = apiError({ code: 429, retryDelay: 100 });
    const ai = await clientOf(({ index }) => (index === 0 ? { error: busy } : 'Here I am.'));
    const reply = await lastValueFrom(fromGemini(ai, params).pipe(safely, finalResponse()));
    expect(reply.text).toBe('Here I am.');
    expect(emulator.requests.map(({ status }) => status)).toEqual([429, 200]);
  });

  it('reports a reply whose connection breaks, with the text so far', async () => {
    const ai = await clientOf(() => ({ chunks: ['Hello, ', 'world.'], dropAfter: { chunks: 1 } }));
    const failure = await lastValueFrom(fromGemini(ai, params).pipe(safely)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'truncated', partial: { text: 'Hello, ' } });
  });

  it('closes the connection when it is unsubscribed while the model is silent', async () => {
    const ai = await clientOf(() => ({ chunks: ['Hello, ', 'world.'], stallAfter: { chunks: 1 } }));
    const subscription = fromGemini(ai, params)
      .pipe(safely)
      .subscribe(() => setTimeout(() => subscription.unsubscribe()));
    await expect.poll(() => emulator.requests.length).toBe(1);
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true, chunksSent: 1 });
  });
});
