import { GoogleGenAI } from '@google/genai';
import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { config } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromStream } from '../../src/sources/fromStream.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';
import { complaints, eventOf, fromBody, fromFetch, inPackets, saying, turns } from './support.js';

const body = ['one', 'two', 'three'].map((text, index) => eventOf(saying(text, index === 2 ? 'STOP' : undefined)));

describe('an error that the caller throws', () => {
  let unhandled: unknown[];
  beforeEach(() => {
    unhandled = [];
    config.onUnhandledError = (cause) => unhandled.push(cause);
  });
  afterEach(() => {
    config.onUnhandledError = null;
  });
  const broken = new Error('the caller broke');

  it('in next is reported by rxjs, and the reply continues', async () => {
    const heard = complaints();
    const read: string[] = [];
    await new Promise<void>((resolve) => {
      fromBody(body.join('')).subscribe({
        next: ({ text }) => {
          read.push(text);
          throw broken;
        },
        complete: resolve,
      });
    });
    await new Promise((resolve) => setTimeout(resolve));
    expect(read).toEqual(['one', 'two', 'three']);
    expect(unhandled).toEqual([broken, broken, broken]);
    expect(heard).toEqual([]);
  });

  it('in onReport at the end fails the reply, and in a cancelled one is reported by rxjs', async () => {
    const heard = complaints();
    const onReport = () => {
      throw broken;
    };
    const errors: unknown[] = [];
    await new Promise<void>((resolve) => {
      fromBody(body.join(''))
        .pipe(withMetrics({ onReport }))
        .subscribe({
          error: (cause: unknown) => {
            errors.push(cause);
            resolve();
          },
        });
    });
    expect(errors).toEqual([broken]);
    fromBody(body.join('')).pipe(withMetrics({ onReport })).subscribe().unsubscribe();
    await new Promise((resolve) => setTimeout(resolve));
    expect(unhandled).toEqual([broken]);
    expect(heard).toEqual([]);
  });

  it.each<[string, () => AsyncIterable<string>]>([
    [
      'in open',
      () => {
        throw broken;
      },
    ],
    [
      'in the iterable',
      () => ({
        [Symbol.asyncIterator]: () => {
          throw broken;
        },
      }),
    ],
    [
      'in next of the iterator',
      () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => {
            throw broken;
          },
        }),
      }),
    ],
  ])('%s is the error of the reply', async (_, open) => {
    const heard = complaints();
    const { error } = await outcomeOf(fromStream(open));
    expect(error).toMatchObject({ kind: 'unknown', cause: broken });
    await turns(2);
    expect(heard).toEqual([]);
  });

  it.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(broken)],
    [
      'throws',
      () => {
        throw broken;
      },
    ],
  ])('is not heard of where the iterator is closed and its return %s', async (_, close) => {
    const heard = complaints();
    const iterator = { next: () => Promise.resolve({ done: false, value: 'x' }), return: close };
    const read: string[] = [];
    await new Promise<void>((resolve) => {
      const subscription = fromStream(() => ({ [Symbol.asyncIterator]: () => iterator })).subscribe((value) => {
        read.push(value);
        subscription.unsubscribe();
        resolve();
      });
    });
    await turns(2);
    expect(read).toEqual(['x']);
    expect(heard).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});

describe('an abort in the turn of the end', () => {
  const ai = new GoogleGenAI({ apiKey: 'test-key' });

  /** Aborts that many microtasks after the last chunk: before the completion, at it, after it. */
  it.each([0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20])('%i microtasks after the last chunk causes one end', async (delay) => {
    const heard = complaints();
    const controller = new AbortController();
    const fetch = () => Promise.resolve(new Response(inPackets(Buffer.from(body.join('')), [50])));
    const config = { abortSignal: controller.signal, httpOptions: { fetch } };
    const read: string[] = [];
    const ends: string[] = [];
    const late = async () => {
      for (let task = 0; task < delay; task++) await Promise.resolve();
      controller.abort();
    };
    await new Promise<void>((resolve) => {
      fromGemini(ai, { ...params, config })
        .pipe(classifyErrors())
        .subscribe({
          next: ({ text }) => {
            read.push(text);
            if (text === 'three') void late();
          },
          error: (cause: unknown) => ends.push(isGeminiError(cause) ? cause.kind : 'a crash'),
          complete: () => ends.push('complete'),
        })
        .add(resolve);
    });
    await turns(3);
    expect(read).toEqual(['one', 'two', 'three']);
    expect(ends).toHaveLength(1);
    expect(['complete', 'cancelled']).toContain(ends[0]);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(heard).toEqual([]);
  });
});

describe('the key', () => {
  const key = 'AIzaSyA-1234567890_abcdefghijklmnopqrst';
  const token = 'opaque-5d41402abc4b2a76';
  const headers = { 'x-goog-api-key': token, Authorization: `Bearer ${token}` };

  function expectNoSecret(error: unknown): void {
    const printed = [String(error), JSON.stringify(error), inspect(error, { depth: 20, showHidden: true })].join('\n');
    expect(printed).not.toContain(key);
    expect(printed).not.toContain(token);
    expect(printed).not.toContain('abc4b2a76');
  }

  it.each<[string, unknown]>([
    ['in its message', new Error(`GET https://host/?key=${key} failed`)],
    ['in a header in its message', new TypeError(`fetch failed with {"x-goog-api-key":"${token}"}`)],
    ['in its cause', new TypeError('fetch failed', { cause: new Error(`Authorization: Bearer ${token}`) })],
    ['in a string', `https://host/?key=${key}`],
  ])('is not in the error of a fetch that throws it %s', async (_, thrown) => {
    const { error } = await outcomeOf(fromFetch(() => Promise.reject(thrown)).pipe(classifyErrors()));
    expect(error).toBeDefined();
    expectNoSecret(error);
  });

  it('is not in the error of a body that fails with it', async () => {
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(Object.assign(new Error(`key=${key}`), { headers }));
      },
    });
    expectNoSecret((await outcomeOf(fromBody(failing))).error);
  });

  it.each([
    ['JSON', JSON.stringify({ error: { code: 400, message: `API key ${key} is wrong: Bearer ${token}` } })],
    ['a page', `<html>x-goog-api-key: ${token}, ${key}</html>`],
    ['nothing of a kind', `x-goog-api-key: ${token}\r\nAuthorization: Bearer ${token}\r\n${key}`],
  ])('is not in the error of a server that echoes it in %s', async (_, echoed) => {
    const { ai } = await emulate({ status: 400, body: echoed, headers: { 'Content-Type': 'application/json' } });
    const { error } = await outcomeOf(fromGemini(ai, params).pipe(classifyErrors()));
    expect(error?.status).toBe(400);
    expectNoSecret(error);
  });

  it('is not in the error of an event that echoes it, nor of garbage', async () => {
    expectNoSecret((await outcomeOf(fromBody(eventOf({ error: { code: 403, message: `key=${key}` } })))).error);
    expectNoSecret((await outcomeOf(fromBody(`x-goog-api-key: ${token}\n\n`))).error);
    // A quotation that is cut off inside of it.
    expectNoSecret((await outcomeOf(fromBody(`${'x'.repeat(70)} ${key}\n\n`))).error);
  });

  it('is not in the error of a header that fetch refuses', async () => {
    const broken = new GoogleGenAI({ apiKey: `${token}\nmore`, httpOptions: { baseUrl: 'http://127.0.0.1:9' } });
    const { error } = await outcomeOf(fromGemini(broken, params));
    expect(error).toBeDefined();
    expectNoSecret(error);
  });
});
