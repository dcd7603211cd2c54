import { GoogleGenAI, type HttpOptions } from '@google/genai';
import { from, lastValueFrom, map, toArray, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classifyErrors } from '../../operators/index.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { apiError } from '../../src/emulator/apiError.js';
import { emulatorFetch } from '../../src/emulator/emulatorFetch.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator } from '../../src/emulator/startEmulator.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';
import { turns } from './wire.js';

const model = 'gemini-2.5-flash';
const chunks = ['one ', 'two ', 'three'];

/** The ways to ask: SSE, JSON, and both for an interaction. */
const sources: Readonly<Record<string, (ai: GoogleGenAI) => Observable<GeminiChunk>>> = {
  fromGemini: (ai) => fromGemini(ai, { model, contents: 'Hi' }),
  fromGenerate: (ai) => fromGenerate(ai, { model, contents: 'Hi' }),
  fromInteraction: (ai) => fromInteraction(ai, { model, input: 'Hi' }),
  'an interaction without a stream': (ai) =>
    from(ai.interactions.create({ model, input: 'Hi' }, { maxRetries: 0 })).pipe(
      map(({ status }): GeminiChunk => ({ text: status })),
    ),
};

const positions = [
  { chunks: 0 },
  { chunks: 1 },
  { chunks: 3 },
  { chunks: 9 },
  { bytes: 0 },
  { bytes: 20 },
  { bytes: 400 },
] as const;

const breaks: readonly EmulatorScenario[] = [false, true].flatMap((reset) =>
  [...positions, { request: true as const }].map((at) => ({ dropAfter: { ...at, reset } })),
);
const ends: readonly EmulatorScenario[] = positions.map((endAfter) => ({ endAfter }));
const stalls: readonly EmulatorScenario[] = positions.map((at) => ({ stallAfter: { ...at, duration: 5 } }));
const errorEvents: readonly EmulatorScenario[] = positions.flatMap((at) =>
  (['data', 'event', 'body', 'list'] as const).map((as) => ({ errorAfter: { ...at, as } })),
);
const errors: readonly EmulatorScenario[] = [400, 401, 403, 404, 429, 500, 503, 504].map((code) => ({
  error: apiError({ code, retryDelay: 1000 }),
}));
const others: readonly EmulatorScenario[] = [
  { error: { strange: true }, status: 418 },
  { error: apiError({ code: 503 }), headers: { 'Retry-After': '7' } },
  { status: 204 },
  { body: '<html>Bad gateway</html>', status: 502, headers: { 'Content-Type': 'text/html' } },
  { body: '<html>Log in</html>' },
  { body: '' },
  { garbageAfter: { chunks: 1 } },
  { unterminated: true },
  { unterminated: true, dropAfter: { chunks: 3 } },
  { packetBytes: 1, dropAfter: { bytes: 100 } },
  { stallAfter: { chunks: 1, duration: 5 }, dropAfter: { chunks: 1 } },
  { dropAfter: { chunks: 1 }, heartbeat: 2, firstDelay: 9 },
  { finishReason: null },
  { finishReason: 'SAFETY' },
  { headersDelay: 5, dropAfter: { request: true, reset: true } },
];
const scenarios = [...breaks, ...ends, ...stalls, ...errorEvents, ...errors, ...others];

/** The text of a reply and its failure, with everything that a user can see of it. */
async function outcomeOf(httpOptions: HttpOptions, ask: (ai: GoogleGenAI) => Observable<GeminiChunk>) {
  const seen: GeminiChunk[] = [];
  const reply$ = ask(new GoogleGenAI({ apiKey: 'any', httpOptions })).pipe(classifyErrors());
  const error = await reply$.forEach((chunk) => void seen.push(chunk)).then(() => undefined, toGeminiError);
  const { text } = seen.reduce(mergeChunks, emptyChunk);
  if (!error) return { text };
  const { kind, message, status, retryable, retryAfter, partial } = error;
  // An interaction has an id of its own in each run.
  const sentence = message.replace(/"(?:id|interaction_id)\W.*/, '');
  return { text, kind, message: sentence, status, retryable, retryAfter, partial: partial?.text };
}

describe.each(Object.entries(sources))('%s has the outcome of the server', (_, ask) => {
  it.each(scenarios.map((scenario) => [JSON.stringify(scenario), scenario] as const))('%s', async (__, scenario) => {
    const reply = 'error' in scenario || 'body' in scenario ? scenario : { chunks, ...scenario };
    const emulator = await startEmulator({ reply });
    onTestFinished(() => emulator.close());
    const expected = await outcomeOf({ baseUrl: emulator.url }, ask);
    expect(await outcomeOf({ fetch: emulatorFetch({ reply }) }, ask)).toEqual(expected);
  });
});

it.each([
  [false, 'truncated', 'The connection was closed before the reply was whole'],
  [true, 'network', 'There is no connection to the service, or it was reset: read ECONNRESET'],
])('a broken connection (reset: %s) has its kind, its words and the text so far', async (reset, kind, message) => {
  const fetch = emulatorFetch({ reply: { chunks, dropAfter: { chunks: 1, reset } } });
  const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { fetch } });
  const reply$ = fromGemini(ai, { model, contents: 'Hi' }).pipe(classifyErrors(), toArray());
  await expect(lastValueFrom(reply$)).rejects.toMatchObject({ kind, message, partial: { text: 'one ' } });
});

it.each([
  ['before the headers', { headersDelay: 1e6 }, 'other side closed'],
  ['in the middle', { stallAfter: { chunks: 1 } }, 'The connection was closed'],
])('a service that closes has the outcome of the server: %s', async (_, fault, words) => {
  const reply = { chunks, ...fault };
  const emulator = await startEmulator({ reply });
  const fetch = emulatorFetch({ reply });
  const cutOutcome = async (httpOptions: HttpOptions, service: Pick<typeof fetch, 'requests' | 'close'>) => {
    const outcome = outcomeOf(httpOptions, (ai) => fromGemini(ai, { model, contents: 'Hi' }));
    await expect.poll(() => service.requests[0]?.body).toBeDefined();
    await expect.poll(() => service.requests[0]?.chunksSent).toBe('headersDelay' in fault ? 0 : 1);
    await turns();
    await service.close();
    return outcome;
  };
  const expected = await cutOutcome({ baseUrl: emulator.url }, emulator);
  expect(expected.message).toContain(words);
  expect(await cutOutcome({ fetch }, fetch)).toEqual(expected);
});
