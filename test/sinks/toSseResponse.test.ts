import { getEventListeners } from 'node:events';
import { concat, EMPTY, finalize, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { textOf } from '../../src/chunk/readers.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { eventsIn } from './sse.js';

describe('toSseResponse', () => {
  it('answers with 200 and the headers of an event stream that proxies must not buffer', async () => {
    const response = toSseResponse(of(chunk('Hello')));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-cache, no-transform',
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    expect(eventsIn(await response.text())).toMatchObject([{ data: {} }, { event: 'done' }]);
  });

  it('has mutable headers', () => {
    const response = toSseResponse(EMPTY);
    response.headers.set('Access-Control-Allow-Origin', '*');
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  });

  it('subscribes when the body is first read', async () => {
    const source$ = new Subject<GeminiChunk>();
    const response = toSseResponse(source$);
    await Promise.resolve();
    expect(source$.observed).toBe(false);
    const text = response.text();
    await vi.waitUntil(() => source$.observed);
    source$.complete();
    expect(eventsIn(await text)).toEqual([{ event: 'done', data: {} }]);
  });

  it('merges the chunks that arrive while the reader is busy, under the last index', async () => {
    const source$ = new Subject<GeminiChunk>();
    const reader = toSseResponse(source$, { resumable: true }).body!.getReader();
    await reader.read();
    const read = async () => eventsIn(new TextDecoder().decode((await reader.read()).value));
    const first = read();
    await vi.waitUntil(() => source$.observed);
    for (const text of 'abcd') source$.next(chunk(text));
    source$.next(finishChunk());
    source$.complete();
    expect(await first).toMatchObject([{ id: '0' }]);
    const [merged] = await read();
    expect(merged).toMatchObject({ id: '4', data: { candidates: [{ finishReason: 'STOP' }] } });
    expect(textOf(merged!.data as GeminiChunk)).toBe('bcd');
    expect(await read()).toEqual([{ event: 'done', data: {} }]);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });

  it('gives no id to the first piece of a chunk that it merges with a position before that chunk', async () => {
    const source$ = new Subject<GeminiChunk>();
    const response = toSseResponse(source$, { waitForFirst: true });
    source$.next({ text: '', position: 'r-0' });
    source$.next(chunk('Hel'));
    const { body } = await response;
    const reader = body!.getReader();
    await reader.read();
    const [piece] = eventsIn(new TextDecoder().decode((await reader.read()).value));
    source$.next({ ...chunk('lo'), position: 'r-1' });
    const [whole] = eventsIn(new TextDecoder().decode((await reader.read()).value));
    expect([piece?.id, whole?.id]).toEqual([undefined, 'r-1']);
    await reader.cancel();
  });

  it('sends an error after the chunk that waits, and ends', async () => {
    const error = new GeminiError('secret', { kind: 'overloaded', status: 503 });
    const source$ = concat(
      of(chunk('a'), chunk('b'), chunk('c')),
      throwError(() => error),
    );
    expect(eventsIn(await toSseResponse(source$).text())).toMatchObject([
      { data: { candidates: [{ content: { parts: [{ text: 'a' }] } }] } },
      { data: { candidates: [{ content: { parts: [{ text: 'bc' }] } }] } },
      { event: 'error', data: { kind: 'overloaded', retryable: true, status: 503 } },
    ]);
  });

  it('sends heartbeats only when they are read', async () => {
    vi.useFakeTimers();
    try {
      const reader = toSseResponse(NEVER, { heartbeat: 10 }).body!.getReader();
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(': rxjs-gemini heartbeat=10\n\n');
      const first = reader.read();
      await vi.advanceTimersByTimeAsync(10);
      expect(new TextDecoder().decode((await first).value)).toBe(': keep-alive\n\n');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(': keep-alive\n\n');
      const third = reader.read();
      await vi.advanceTimersByTimeAsync(9);
      await reader.cancel();
      expect(await third).toEqual({ done: true, value: undefined });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('makes no request if the signal has aborted', async () => {
    const subscribed = vi.fn();
    const source$ = new Observable<GeminiChunk>(subscribed);
    expect(await toSseResponse(source$, { signal: AbortSignal.abort() }).text()).toBe('');
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = abortable();
    await toSseResponse(of(chunk('a')), { signal }).text();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('with `finish`, lets the source complete', async () => {
    const source$ = new Subject<GeminiChunk>();
    const finished = vi.fn();
    const response = toSseResponse(source$.pipe(finalize(finished)), { whenDisconnected: 'finish' });
    const reader = response.body!.getReader();
    const read = reader.read();
    await vi.waitUntil(() => source$.observed);
    source$.next(chunk('a'));
    await read;
    await reader.cancel();
    source$.next(chunk('b'));
    expect(finished).not.toHaveBeenCalled();
    source$.complete();
    expect(finished).toHaveBeenCalledTimes(1);
  });

  it('answers HEAD with only the headers', async () => {
    const subscribed = vi.fn();
    const request = new Request('http://127.0.0.1/', { method: 'HEAD' });
    const response = toSseResponse(new Observable<GeminiChunk>(subscribed), { request });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(response.body).toBeNull();
    expect(await response.text()).toBe('');
    expect(subscribed).not.toHaveBeenCalled();
    expect(getEventListeners(request.signal, 'abort')).toEqual([]);
  });

  it('makes no request for a body that nobody reads', async () => {
    const subscribed = vi.fn();
    toSseResponse(new Observable<GeminiChunk>(subscribed));
    await new Promise((resolve) => setImmediate(resolve));
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('accepts requests of other servers by their method', async () => {
    const response = toSseResponse(of(chunk('a')), { request: { method: 'GET', signal: null } });
    expect(eventsIn(await response.text())).toHaveLength(2);
  });

  it('throws at the call for a wrong option', () => {
    expect(() => toSseResponse(undefined as never)).toThrow('Expected `source` to be an Observable, got undefined');
    for (const request of [null, 'HEAD', {}, { method: 7 }]) {
      expect(() => toSseResponse(EMPTY, { request: request as never })).toThrow('Expected `request` to be a Request');
    }
    const request = { method: 'GET', signal: 3 as never };
    expect(() => toSseResponse(EMPTY, { request })).toThrow('Expected `signal` to be an AbortSignal, got 3');
    expect(() => toSseResponse(EMPTY, { heartbeat: -1 })).toThrow('Expected `heartbeat` to be a positive number of ms');
    expect(() => toSseResponse(EMPTY, { signal: true as never })).toThrow('Expected `signal` to be an AbortSignal');
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
