import { getEventListeners } from 'node:events';
import type { GenerateContentParameters } from '@google/genai';
import { firstValueFrom, take, toArray, type Observable } from 'rxjs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { toText } from '../../operators/show/toText.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { callChunk, chunk, finishChunk } from '../../src/testing/chunks.js';
import { fakeGemini, type FakeScript } from '../../src/testing/fakeGemini.js';
import type { FakeParams } from '../../src/testing/fakeCall.js';

const params = { model: 'gemini-2.5-flash', contents: 'Hi' };

async function chunksOf(stream: Promise<AsyncIterable<GeminiChunk>>): Promise<GeminiChunk[]> {
  const chunks: GeminiChunk[] = [];
  for await (const one of await stream) chunks.push(one);
  return chunks;
}

const all = <T>(source: Observable<T>): Promise<T[]> => firstValueFrom(source.pipe(toArray()));

/** Records the outcome of a promise, without waiting for it. */
function watch(promise: Promise<unknown>): { outcome: unknown } {
  const watched: { outcome: unknown } = { outcome: 'pending' };
  promise.then(
    (value) => (watched.outcome = value),
    (cause: unknown) => (watched.outcome = cause),
  );
  return watched;
}

const lastOf = (text: string, finishReason = 'STOP'): object => ({
  text,
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason }],
});

afterEach(() => {
  vi.useRealTimers();
});

describe('fakeGemini: answers', () => {
  it('streams a text a word at a time, and finishes', async () => {
    const ai = fakeGemini(['One two\n three']);
    expect(await chunksOf(ai.models.generateContentStream(params))).toStrictEqual([
      chunk('One '),
      chunk('two\n '),
      lastOf('three'),
    ]);
  });

  it('streams strings and responses unchanged', async () => {
    const chunks = [callChunk('f'), 'One two', { candidates: [{ content: { parts: [{ text: 'three' }] } }] }];
    const ai = fakeGemini([chunks]);
    expect(await chunksOf(ai.models.generateContentStream(params))).toStrictEqual([
      callChunk('f'),
      chunk('One two'),
      { text: 'three', candidates: [{ index: 0, content: { parts: [{ text: 'three' }] } }] },
    ]);
  });

  it('finishes after a string, with the given reason, or not at all', async () => {
    const ai = fakeGemini([
      ['a'],
      { chunks: ['a', chunk('b')], finishReason: 'SAFETY' },
      { chunks: ['a'], finishReason: null },
      { text: '' },
      [],
      { chunks: [], finishReason: 'STOP' },
      {},
    ]);
    const replies: GeminiChunk[][] = [];
    for (let n = 0; n < 7; n++) replies.push(await chunksOf(ai.models.generateContentStream(params)));
    expect(replies).toStrictEqual([
      [lastOf('a')],
      [chunk('a'), lastOf('b', 'SAFETY')],
      [chunk('a')],
      [lastOf('')],
      [],
      [finishChunk()],
      [],
    ]);
  });

  it('answers `generateContent` with the whole reply as one response', async () => {
    const ai = fakeGemini(['One two']);
    expect(await ai.models.generateContent(params)).toStrictEqual(lastOf('One two'));
  });

  it('calls a script function with the parameters of the call', async () => {
    const script = vi.fn<FakeScript>(async ({ contents }, { index }) => `${String(contents)} ${index}`);
    const ai = fakeGemini(script);
    expect((await ai.models.generateContent(params)).text).toBe('Hi 0');
    expect((await ai.models.generateContent({ ...params, contents: 'Ho' })).text).toBe('Ho 1');
    expect(script.mock.calls[0]?.[1].signal).toBeInstanceOf(AbortSignal);
  });

  it('rejects with a clear sentence when the script has run out', async () => {
    const one = fakeGemini(['One']);
    await one.models.generateContent(params);
    const words = 'fakeGemini was called 2 times, and its script has 1 answer';
    await expect(one.models.generateContent(params)).rejects.toThrow(words);
    await expect(fakeGemini([]).models.generateContentStream(params)).rejects.toThrow('its script has 0 answers');
  });

  it.each([null, 'Hello', {}])('refuses %j as a script', (script) => {
    const call = () => fakeGemini(script as unknown as FakeScript);
    expect(call).toThrow(TypeError);
    expect(call).toThrow("Expected `script` to be a list of answers, such as `['Hello']`, or a function, got");
  });
});

describe('fakeGemini: failures', () => {
  const boom = new Error('boom');

  it('fails before the headers', async () => {
    const ai = fakeGemini([{ error: boom }, { error: boom }]);
    await expect(ai.models.generateContentStream(params)).rejects.toBe(boom);
    await expect(ai.models.generateContent(params)).rejects.toBe(boom);
    expect(ai.calls).toMatchObject([
      { aborted: false, finished: false },
      { aborted: false, finished: false },
    ]);
  });

  it.each([0, 1, 2])('fails after %d chunks', async (chunks) => {
    const ai = fakeGemini([{ chunks: ['a', 'b'], errorAfter: { chunks, error: boom } }]);
    const stream = await ai.models.generateContentStream(params);
    for (let n = 0; n < chunks; n++) expect((await stream.next()).done).toBe(false);
    await expect(stream.next()).rejects.toBe(boom);
    expect(ai.calls).toMatchObject([{ aborted: false, finished: false }]);
  });

  it('ends as usual if a reply is shorter', async () => {
    const ai = fakeGemini([{ text: 'a', errorAfter: { chunks: 2, error: boom }, stallAfter: { chunks: 2 } }]);
    expect((await ai.models.generateContent(params)).text).toBe('a');
  });

  it('fails with the error that the function throws', async () => {
    const ai = fakeGemini(() => {
      throw boom;
    });
    await expect(ai.models.generateContentStream(params)).rejects.toBe(boom);
  });
});

describe('fakeGemini: time and aborts', () => {
  it('waits for `firstDelay` and `pace`', async () => {
    vi.useFakeTimers();
    const ai = fakeGemini([{ text: 'a b c', firstDelay: 100, pace: 10 }]);
    const whole = watch(ai.models.generateContent(params));
    await vi.advanceTimersByTimeAsync(119);
    expect(whole.outcome).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(whole.outcome).toMatchObject({ text: 'a b c' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits before it fails', async () => {
    vi.useFakeTimers();
    const ai = fakeGemini([{ error: new Error('boom'), firstDelay: 100 }]);
    const stream = watch(ai.models.generateContentStream(params));
    await vi.advanceTimersByTimeAsync(99);
    expect(stream.outcome).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect(stream.outcome).toStrictEqual(new Error('boom'));
  });

  it.each([
    ['while it waits', { text: 'a b', firstDelay: 100 }, 0],
    ['between chunks', { text: 'a b', pace: 100 }, 1],
    ['in silence', { text: 'a b', stallAfter: { chunks: 1 } }, 1],
  ])('rejects with an AbortError %s, and leaves no timer and no listener', async (_, reply, sent) => {
    vi.useFakeTimers();
    const { signal, abort } = abortable();
    const ai = fakeGemini([reply]);
    const stream = await ai.models.generateContentStream({ ...params, config: { abortSignal: signal } });
    for (let n = 0; n < sent; n++) await stream.next();
    const next = watch(stream.next());
    await vi.advanceTimersByTimeAsync(50);
    expect(next.outcome).toBe('pending');
    expect(ai.calls[0]?.aborted).toBe(false);
    abort();
    expect(ai.calls[0]?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(next.outcome).toBeInstanceOf(DOMException);
    expect(next.outcome).toMatchObject({ name: 'AbortError' });
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(ai.calls[0]?.finished).toBe(false);
  });

  it('rejects at once if the signal is aborted already', async () => {
    const ai = fakeGemini(['a']);
    const aborted = { ...params, config: { abortSignal: AbortSignal.abort() } };
    await expect(ai.models.generateContentStream(aborted)).rejects.toMatchObject({ name: 'AbortError' });
    expect(ai.calls).toMatchObject([{ aborted: true, finished: false }]);
  });

  it('rejects a pending read when it is aborted', async () => {
    const { signal, abort } = abortable();
    const ai = fakeGemini([['a', 'b'], ['a']]);
    const config = { abortSignal: signal };
    const [two, one] = [
      await ai.models.generateContentStream({ ...params, config }),
      await ai.models.generateContentStream({ ...params, config }),
    ];
    await two.next();
    await one.next();
    abort();
    await expect(two.next()).rejects.toMatchObject({ name: 'AbortError' });
    await expect(one.next()).rejects.toMatchObject({ name: 'AbortError' });
    expect(ai.calls).toMatchObject([{ aborted: true }, { aborted: true }]);
  });

  it('counts a closed iterator as an abort, and ignores an abort after the end', async () => {
    const { signal, abort } = abortable();
    const ai = fakeGemini(['a b', 'a b']);
    const left = await ai.models.generateContentStream(params);
    await left.next();
    await left.return();
    await ai.models.generateContent({ ...params, config: { abortSignal: signal } });
    abort();
    expect(ai.calls).toMatchObject([
      { method: 'generateContentStream', params, aborted: true, finished: false },
      { method: 'generateContent', aborted: false, finished: true },
    ]);
  });
});

describe('fakeGemini with the sources', () => {
  it('streams through fromGemini, again at each subscription', async () => {
    const ai = fakeGemini(['Hello world', 'Again']);
    const text$ = fromGemini(ai, { ...params, config: { temperature: 0 } }).pipe(toText());
    expect(ai.calls).toHaveLength(0);
    expect(await all(text$)).toStrictEqual(['Hello ', 'world']);
    expect(await all(text$)).toStrictEqual(['Again']);
    expect(ai.calls).toMatchObject([{ params: { ...params, config: { temperature: 0 } }, finished: true }, {}]);
  });

  it('answers fromGenerate', async () => {
    expect(await all(fromGenerate(fakeGemini(['Hello world']), params))).toStrictEqual([lastOf('Hello world')]);
  });

  it('records an unsubscription as an abort', async () => {
    const ai = fakeGemini([{ text: 'a b', stallAfter: { chunks: 1 } }]);
    await all(fromGemini(ai, params).pipe(take(1)));
    expect(ai.calls).toMatchObject([{ aborted: true, finished: false }]);
  });

  it('fails as a GeminiError', async () => {
    const ai = fakeGemini([{ error: new TypeError('fetch failed') }, []]);
    await expect(all(fromGemini(ai, params))).rejects.toMatchObject({ kind: 'network' });
  });

  it('is typed: it accepts the parameters of the SDK', () => {
    expectTypeOf<GenerateContentParameters>().toExtend<FakeParams>();
    expectTypeOf(fromGemini(fakeGemini([]), params)).toEqualTypeOf<Observable<GeminiChunk>>();
    expectTypeOf(fromGenerate(fakeGemini([]), () => params)).toEqualTypeOf<Observable<GeminiChunk>>();
    expectTypeOf<{ contents: string }>().not.toExtend<FakeParams>();
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
