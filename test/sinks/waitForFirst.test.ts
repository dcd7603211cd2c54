import { getEventListeners } from 'node:events';
import { concat, EMPTY, finalize, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError, type GeminiErrorInit } from '../../src/errors/geminiError.js';
import { toSseResponse, type ToSseResponseOptions } from '../../src/sinks/toSseResponse.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { blockedChunk, callChunk, chunk, finishChunk, thoughtChunk } from '../../src/testing/chunks.js';
import { outcomeOf } from '../support/outcome.js';
import { letters } from './letters.js';
import { eventsIn } from './sse.js';

const opening = ': rxjs-gemini heartbeat=15000\n\n';
const notAChunk = null as unknown as GeminiChunk;
const queued = (position: number): GeminiChunk => ({ text: '', queued: { position } });
const failing = (init: GeminiErrorInit) => throwError(() => new GeminiError('A secret of project 12345', init));

/** A source, its subscriptions, and the response to it, observed. */
function waiting(options: ToSseResponseOptions = {}) {
  const source$ = new Subject<GeminiChunk>();
  const ended = vi.fn();
  const answered = vi.fn();
  const response = toSseResponse(source$.pipe(finalize(ended)), { ...options, waitForFirst: true });
  void response.then(answered);
  return { source$, response, ended, answered };
}

/** A shared reply whose reader missed its chunks, so that they come as one. */
function missedReply(): Observable<GeminiChunk> {
  const shared$ = concat(of(chunk('a'), chunk('b')), NEVER).pipe(shareReply());
  shared$.subscribe();
  return shared$;
}

/** Lets promises settle; no timer runs. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const answered = (source: Observable<GeminiChunk>, options: ToSseResponseOptions = {}) =>
  toSseResponse(source, { ...options, waitForFirst: true });

describe('toSseResponse with waitForFirst', () => {
  it('subscribes at the call, and answers with a stream at the first content', async () => {
    const { source$, response, answered: isAnswered } = waiting();
    expect(source$.observed).toBe(true);
    await settle();
    expect(isAnswered).not.toHaveBeenCalled();
    source$.next(chunk('Hello'));
    const { status, headers, body } = await response;
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    const reader = body!.getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toBe(opening);
    expect(eventsIn(await read())).toMatchObject([{ data: { candidates: [{}] } }]);
    source$.next(finishChunk());
    source$.complete();
    expect(eventsIn(await read())).toMatchObject([{ data: { candidates: [{ finishReason: 'STOP' }] } }]);
    expect(eventsIn(await read())).toEqual([{ event: 'done', data: {} }]);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });

  it.each<[string, GeminiChunk]>([
    ['a thought', thoughtChunk('Hm')],
    ['a call', callChunk('weather')],
  ])('takes %s for content, in every format', async (_, content) => {
    for (const format of ['chunk', 'text', letters()] as const) {
      const { source$, response } = waiting({ format });
      source$.next(content);
      expect((await response).status).toBe(200);
      expect(source$.observed).toBe(true);
    }
  });

  it('merges the notices of the wait into the first event, in which no wait is left', async () => {
    const { source$, response, answered: isAnswered } = waiting({ annotations: true });
    for (const position of [2, 1, 0]) source$.next(queued(position));
    await settle();
    expect(isAnswered).not.toHaveBeenCalled();
    source$.next({ ...chunk('Hello'), tool: undefined });
    source$.complete();
    const events = eventsIn(await (await response).text());
    expect(events).toHaveLength(2);
    expect(events[0]!.data).not.toHaveProperty('queued');
  });

  it('keeps the standing annotations of the notices', async () => {
    const text = await (
      await answered(concat(of(queued(1)), of(chunk('a'))).pipe(withMetrics()), { annotations: ['metrics'] })
    ).text();
    const [first, ...others] = eventsIn(text);
    expect(first).toMatchObject({ data: { metrics: { chunks: 1, chars: 1 } } });
    expect(others).toMatchObject([{ data: { metrics: {} } }, { event: 'done' }]);
  });

  it.each<[string, Observable<GeminiChunk>]>([
    ['nothing', EMPTY],
    ['a finish alone', of(finishChunk())],
    ['a blocked prompt', of(blockedChunk())],
    ['a notice', of({ text: '', cancelled: { reason: 'user' } })],
  ])('answers a reply that completes with %s by its events', async (_, source) => {
    const response = await answered(source);
    const plain = await toSseResponse(source).text();
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(plain);
  });

  it('answers a failure with its status, the wait in whole seconds, and the public form', async () => {
    const response = await answered(
      concat(of(queued(1)), failing({ kind: 'rate_limit', status: 429, retryAfter: 1_200 })),
      { annotations: true },
    );
    expect(response.status).toBe(429);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'retry-after': '2',
    });
    const error = { kind: 'rate_limit', message: 'Too many requests; wait and try again' };
    expect(await response.json()).toEqual({ error: { ...error, retryable: true, retryAfter: 1_200, status: 429 } });
  });

  it.each([
    [0, '1'],
    [1, '1'],
    [1_000, '1'],
    [1_001, '2'],
    [3_600_000, '3600'],
    [Infinity, '2147484'],
  ])('writes a wait of %i ms as %s seconds', async (retryAfter, seconds) => {
    const { headers } = await answered(failing({ kind: 'overloaded', retryAfter }));
    expect(headers.get('Retry-After')).toBe(seconds);
  });

  it('sends no Retry-After for an error that is not retryable, and keeps the wait in the error', async () => {
    const usedUp = { kind: 'quota', status: 429, retryAfter: 3_600_000 } as const;
    const response = await answered(failing(usedUp));
    expect(response.status).toBe(429);
    expect(response.headers.has('Retry-After')).toBe(false);
    expect(await response.json()).toMatchObject({ error: { ...usedUp, retryable: false } });
  });

  it.each<[string, unknown, number]>([
    ['the wrong key of this server', new GeminiError('No', { kind: 'auth', status: 401 }), 502],
    ['a timeout', new GeminiError('No', { kind: 'timeout' }), 504],
    ['a refused prompt', new GeminiError('No', { kind: 'safety' }), 422],
    ['a cancelled reply', new GeminiError('No', { kind: 'cancelled' }), 502],
    ['an error without a kind', new Error('The password is 1234'), 502],
    ['no error at all', undefined, 502],
  ])('answers %s with %#: status', async (_, thrown, status) => {
    const response = await answered(throwError(() => thrown));
    expect(response.status).toBe(status);
    expect(response.headers.has('Retry-After')).toBe(false);
    expect(await response.text()).not.toMatch(/No\b|1234/);
  });

  it('answers a blocked prompt with 422 below classifyErrors', async () => {
    const blocked = of(blockedChunk());
    expect((await answered(blocked.pipe(classifyErrors()))).status).toBe(422);
  });

  it('answers a failure in the same way in every format', async () => {
    const failure = failing({ kind: 'overloaded', retryAfter: 3_000 });
    const bodies = await Promise.all(
      (['chunk', 'text', () => 1, letters()] as const).map(async (format) => {
        const response = await answered(failure, { format });
        return [response.status, Object.fromEntries(response.headers), await response.text()];
      }),
    );
    for (const body of bodies) expect(body).toEqual(bodies[0]);
  });

  it('sends a failure after the first content as an event', async () => {
    const response = await answered(concat(of(chunk('Hello')), failing({ kind: 'overloaded' })));
    expect(response.status).toBe(200);
    expect(eventsIn(await response.text())).toMatchObject([
      { data: {} },
      { event: 'error', data: { kind: 'overloaded' } },
    ]);
  });

  it.each<[string, ToSseResponseOptions, Observable<GeminiChunk>]>([
    ['a format that cannot begin', { format: { begin: () => undefined as never } }, NEVER],
    ['a value that is not a chunk', {}, concat(of(notAChunk), NEVER)],
    ['a value that is not a chunk, in another format', { format: letters() }, concat(of(notAChunk), NEVER)],
    ['a reply that cannot be resumed', { resumable: true, lastEventId: 5 }, missedReply()],
  ])('answers %s with 502', async (_, options, source) => {
    expect((await answered(source, options)).status).toBe(502);
  });

  it('counts the chunks of a reply that can be resumed as without a wait', async () => {
    const source = of(queued(1), queued(0), chunk('a'), chunk('b'));
    const options = { annotations: true, resumable: true };
    const first = eventsIn(await (await answered(source, options)).text());
    expect(first.map(({ id }) => id)).toEqual(['2', '3', undefined]);
    const rest = await (await answered(source, { ...options, lastEventId: 2 })).text();
    expect(rest).toContain(': rxjs-gemini heartbeat=15000 after=2\n\n');
    expect(eventsIn(rest)).toMatchObject([{ id: '3' }, { event: 'done' }]);
  });

  it('answers HEAD with only the headers', async () => {
    const subscribed = vi.fn();
    const request = new Request('http://127.0.0.1/', { method: 'HEAD' });
    const response = await answered(new Observable(subscribed), { request });
    expect(response).toMatchObject({ status: 200, body: null });
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(subscribed).not.toHaveBeenCalled();
    expect(getEventListeners(request.signal, 'abort')).toEqual([]);
  });

  describe('and time', () => {
    const withTimers = (run: () => Promise<void>) => async () => {
      vi.useFakeTimers({
        toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      });
      try {
        await run();
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    };

    it(
      'answers with a stream after 15 s, in which notices and a failure are events',
      withTimers(async () => {
        const { source$, response, answered: isAnswered } = waiting({ annotations: true });
        source$.next(queued(1));
        await vi.advanceTimersByTimeAsync(14_999);
        expect(isAnswered).not.toHaveBeenCalled();
        await vi.advanceTimersByTimeAsync(1);
        const text = (await response).text();
        await settle();
        source$.error(new GeminiError('No', { kind: 'overloaded' }));
        expect(eventsIn(await text)).toMatchObject([{ data: { queued: { position: 1 } } }, { event: 'error' }]);
      }),
    );

    it(
      'then tells how long a retry still waits',
      withTimers(async () => {
        const { source$, response } = waiting();
        source$.next({ text: '', retrying: { attempt: 1, delay: 20_000, kind: 'overloaded' } });
        await vi.advanceTimersByTimeAsync(15_000);
        const text = (await response).text();
        await settle();
        source$.complete();
        expect(eventsIn(await text)[0]?.data).toMatchObject({ retrying: { attempt: 1, delay: 5_000 } });
      }),
    );

    it(
      'sends no heartbeat during the wait, and heartbeats after it',
      withTimers(async () => {
        const { response, answered: isAnswered } = waiting({ waitAtMost: 100, heartbeat: 30 });
        await vi.advanceTimersByTimeAsync(99);
        expect(isAnswered).not.toHaveBeenCalled();
        await vi.advanceTimersByTimeAsync(1);
        const reader = (await response).body!.getReader();
        const read = async () => new TextDecoder().decode((await reader.read()).value);
        expect(await read()).toBe(': rxjs-gemini heartbeat=30\n\n');
        const beat = read();
        await vi.advanceTimersByTimeAsync(30);
        expect(await beat).toBe(': keep-alive\n\n');
        await reader.cancel();
      }),
    );

    it(
      'with `waitAtMost: 0`, waits for a failure at the subscription',
      withTimers(async () => {
        expect((await answered(failing({ kind: 'quota' }), { waitAtMost: 0 })).status).toBe(429);
        const { response } = waiting({ waitAtMost: 0 });
        await vi.advanceTimersByTimeAsync(5);
        const { status, body } = await response;
        expect(status).toBe(200);
        await body!.cancel();
      }),
    );

    it.each(['content', 'failure', 'abort'])('leaves no timer and no listener after the wait: %s', async (by) =>
      withTimers(async () => {
        const controller = new AbortController();
        const { source$, response } = waiting({ signal: controller.signal });
        if (by === 'content') source$.next(chunk('a'));
        if (by === 'failure') source$.error(new Error('No'));
        if (by === 'abort') controller.abort();
        await (await response).body!.cancel();
        expect(source$.observed).toBe(false);
        expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      })(),
    );
  });

  describe.each(['signal', 'request'] as const)('and an abort of the %s', (by) => {
    const optionsOf = ({ signal }: AbortController): ToSseResponseOptions =>
      by === 'signal' ? { signal } : { request: { method: 'POST', signal } };

    it.each<[string, ToSseResponseOptions]>([
      ['our own', {}],
      ['another protocol', { format: letters() }],
    ])('unsubscribes at once, and resolves with 499, in a format of %s', async (_, format) => {
      const controller = new AbortController();
      const { source$, response, ended } = waiting({ ...format, ...optionsOf(controller) });
      source$.next(queued(1));
      controller.abort();
      expect(ended).toHaveBeenCalledTimes(1);
      const { status, headers, ...rest } = await response.then(async (answer) => ({
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as unknown,
      }));
      expect(status).toBe(499);
      expect(headers.get('Content-Type')).toBe('application/json');
      expect(rest.body).toMatchObject({ error: { kind: 'cancelled' } });
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    });

    it('resolves with the status of the reason, such as a timeout', async () => {
      const controller = new AbortController();
      const { response } = waiting(optionsOf(controller));
      controller.abort(new DOMException('The operation timed out', 'TimeoutError'));
      expect((await response).status).toBe(504);
    });

    it('makes no request if it was before the call', async () => {
      const controller = new AbortController();
      controller.abort();
      const subscribed = vi.fn();
      const response = await answered(new Observable(subscribed), optionsOf(controller));
      expect(response.status).toBe(499);
      expect(subscribed).not.toHaveBeenCalled();
    });

    it('with `finish`, lets the source complete', async () => {
      const controller = new AbortController();
      const { source$, response, ended } = waiting({ ...optionsOf(controller), whenDisconnected: 'finish' });
      controller.abort();
      expect((await response).status).toBe(499);
      expect(ended).not.toHaveBeenCalled();
      source$.complete();
      expect(ended).toHaveBeenCalledTimes(1);
    });

    it('ends the body after the first content', async () => {
      const controller = new AbortController();
      const { source$, response, ended } = waiting(optionsOf(controller));
      source$.next(chunk('a'));
      const reader = (await response).body!.getReader();
      controller.abort();
      expect(ended).toHaveBeenCalledTimes(1);
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(opening);
    });
  });

  it('unsubscribes from a reply whose body is cancelled', async () => {
    const { source$, response, ended } = waiting();
    source$.next(chunk('a'));
    await (await response).body!.cancel();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('does not hang on an endless synchronous source', async () => {
    const endless$ = new Observable<GeminiChunk>((subscriber) => {
      for (let count = 0; count < 100_000 && !subscriber.closed; count++) subscriber.next(queued(count));
      subscriber.next(chunk('a'));
      subscriber.complete();
    });
    const events = eventsIn(await (await answered(endless$, { annotations: true })).text());
    expect(events).toHaveLength(2);
  });

  it('is read by fromSse as the same error', async () => {
    const post = (source: Observable<GeminiChunk>) =>
      fromSse('http://127.0.0.1/', {}, { fetch: () => answered(source) });
    const failure = failing({ kind: 'rate_limit', status: 429, retryAfter: 1_234 });
    expect((await outcomeOf(post(failure))).error).toMatchObject({
      kind: 'rate_limit',
      status: 429,
      retryAfter: 1_234,
      retryable: true,
    });
    const blocked = failing({ kind: 'blocked', blockReason: 'SAFETY' });
    expect((await outcomeOf(post(blocked))).error).toMatchObject({ kind: 'blocked', blockReason: 'SAFETY' });
    expect((await outcomeOf(post(of(chunk('a'), finishChunk())))).values.length).toBeGreaterThan(0);
  });

  it('throws at the call for a wrong option', () => {
    const call = (options: object) => () => toSseResponse(EMPTY, options as { waitForFirst: true });
    expect(call({ waitForFirst: 1 })).toThrow('Expected `waitForFirst` to be true or false, got 1');
    expect(call({ waitForFirst: null })).toThrow('Expected `waitForFirst` to be true or false, got null');
    for (const waitAtMost of [-1, NaN, Infinity]) {
      expect(call({ waitForFirst: true, waitAtMost })).toThrow(
        'Expected `waitAtMost` to be a non-negative number of ms',
      );
    }
    expect(call({ waitAtMost: '5' })).toThrow(TypeError);
  });

  it('returns a promise only if it waits', () => {
    const maybe = {} as { waitForFirst: boolean };
    expectTypeOf(toSseResponse(EMPTY)).toEqualTypeOf<Response>();
    expectTypeOf(toSseResponse(EMPTY, {})).toEqualTypeOf<Response>();
    expectTypeOf(toSseResponse(EMPTY, { waitForFirst: false })).toEqualTypeOf<Response>();
    expectTypeOf(toSseResponse(EMPTY, { waitForFirst: true })).toEqualTypeOf<Promise<Response>>();
    expectTypeOf(toSseResponse(EMPTY, maybe)).toEqualTypeOf<Response | Promise<Response>>();
  });
});
