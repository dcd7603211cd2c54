import { concatMap, map, NEVER, Subject, switchMap, take, type Observable } from 'rxjs';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { Emulator } from '../../src/emulator/startEmulator.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { emulate, params } from '../support/emulate.js';
import { deferred, outcomeOf } from '../support/outcome.js';

const forever = 1_000_000_000;

/** The server's own account of the one request: the client disconnected before the end of the reply. */
async function expectClosedEarly(emulator: Emulator): Promise<void> {
  const [request] = emulator.requests;
  await request?.closed;
  expect(request).toMatchObject({ closedEarly: true, finished: false });
}

describe.each(['direct', 'sdk'] as const)('unsubscribing closes the connection, reader %s', (reader) => {
  it('before the headers', async () => {
    const arrived = deferred();
    const { ai, emulator } = await emulate(() => {
      arrived.resolve();
      return { headersDelay: forever };
    });
    const subscription = fromGemini(ai, params, { reader }).subscribe();
    await arrived.promise;
    subscription.unsubscribe();
    await expectClosedEarly(emulator);
  });

  it('while the model is silent before its first chunk', async () => {
    const { ai, emulator } = await emulate({ firstDelay: forever });
    const subscription = fromGemini(ai, params, { reader }).subscribe();
    await until(() => emulator.requests[0]?.status === 200);
    subscription.unsubscribe();
    await expectClosedEarly(emulator);
  });

  it('mid-stream, while the model is silent', async () => {
    const { ai, emulator } = await emulate({ chunks: ['Hello, ', 'world'], stallAfter: { chunks: 1 } });
    const first = deferred();
    const subscription = fromGemini(ai, params, { reader }).subscribe(first.resolve);
    await first.promise;
    subscription.unsubscribe();
    await expectClosedEarly(emulator);
  });

  it('mid-stream, in the middle of an event', async () => {
    const { ai, emulator } = await emulate({ chunks: ['Hello, ', 'world'], stallAfter: { bytes: 500 } });
    const first = deferred();
    const subscription = fromGemini(ai, params, { reader }).subscribe(first.resolve);
    await first.promise;
    subscription.unsubscribe();
    await expectClosedEarly(emulator);
  });

  it('when take(3) completes before the reply', async () => {
    const { ai, emulator } = await emulate({ chunks: endless(), pace: 1 });
    const { values } = await outcomeOf(fromGemini(ai, params, { reader }).pipe(take(3)));
    expect(values).toHaveLength(3);
    await expectClosedEarly(emulator);
  });

  it('when take(3) completes in the middle of a packet', async () => {
    const { ai, emulator } = await emulate({ chunks: endless(), eventsPerPacket: 64 });
    expect((await outcomeOf(fromGemini(ai, params, { reader }).pipe(take(3)))).values).toHaveLength(3);
    await expectClosedEarly(emulator);
  });

  it('when switchMap switches', async () => {
    const { ai, emulator } = await emulate({ chunks: endless(), pace: 1 });
    const isOn$ = new Subject<boolean>();
    const first = deferred();
    isOn$
      .pipe(switchMap((isOn): Observable<GeminiChunk> => (isOn ? fromGemini(ai, params, { reader }) : NEVER)))
      .subscribe(first.resolve);
    isOn$.next(true);
    await first.promise;
    isOn$.next(false);
    await expectClosedEarly(emulator);
    isOn$.complete();
  });

  it('when an operator below fails', async () => {
    const { ai, emulator } = await emulate({ chunks: endless(), pace: 1 });
    const failing = map((): GeminiChunk => {
      throw new GeminiError('too much', { kind: 'overflow' });
    });
    expect((await outcomeOf(fromGemini(ai, params, { reader }).pipe(failing))).error?.kind).toBe('overflow');
    await expectClosedEarly(emulator);
  });

  it('at once, if a connection is open already', async () => {
    const { ai, emulator } = await emulate({ chunks: endless(), pace: 1 });
    fromGemini(ai, params, { reader }).subscribe().unsubscribe();
    // A later request on the same machine is seen: the earlier one would have been.
    await outcomeOf(fromGemini(ai, params, { reader }).pipe(take(1)));
    await Promise.all(emulator.requests.map((request) => request.closed));
    expect(emulator.requests.every((request) => request.closedEarly)).toBe(true);
  });

  it("when the caller's own signal is aborted, with kind cancelled", async () => {
    const { ai, emulator } = await emulate({ chunks: ['Hello, ', 'world'], stallAfter: { chunks: 1 } });
    const controller = new AbortController();
    const reason = new Error('the user left');
    const reply$ = fromGemini(ai, { ...params, config: { abortSignal: controller.signal } }, { reader });
    const outcome = outcomeOf(
      reply$.pipe(
        concatMap((chunk) => {
          queueMicrotask(() => {
            controller.abort(reason);
          });
          return [chunk];
        }),
      ),
    );
    expect((await outcome).error).toMatchObject({ kind: 'cancelled', retryable: false, cause: reason });
    await expectClosedEarly(emulator);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});

describe("the caller's own signal", () => {
  it('makes no request if it is aborted already', async () => {
    const { ai, emulator } = await emulate('Hello');
    const abortSignal = AbortSignal.abort();
    expect((await outcomeOf(fromGemini(ai, { ...params, config: { abortSignal } }))).error?.kind).toBe('cancelled');
    expect((await outcomeOf(fromGenerate(ai, { ...params, config: { abortSignal } }))).error?.kind).toBe('cancelled');
    expect(emulator.requests).toHaveLength(0);
  });

  it('has the kind timeout if the signal is from AbortSignal.timeout', async () => {
    const { ai, emulator } = await emulate({ headersDelay: forever });
    const abortSignal = AbortSignal.timeout(20);
    expect((await outcomeOf(fromGemini(ai, { ...params, config: { abortSignal } }))).error?.kind).toBe('timeout');
    await Promise.all(emulator.requests.map((request) => request.closed));
  });

  it('keeps no listener after a reply that ended by itself', async () => {
    const { ai } = await emulate('Hello');
    const { signal } = new AbortController();
    await outcomeOf(fromGemini(ai, { ...params, config: { abortSignal: signal } }));
    await outcomeOf(fromGenerate(ai, { ...params, config: { abortSignal: signal } }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe("the SDK's httpOptions.timeout", () => {
  it.each(['direct', 'sdk'] as const)('is kind timeout before the headers, reader %s', async (reader) => {
    const { ai, emulator } = await emulate({ headersDelay: forever });
    const config = { httpOptions: { timeout: 500 } };
    expect((await outcomeOf(fromGemini(ai, { ...params, config }, { reader }))).error?.kind).toBe('timeout');
    await expectClosedEarly(emulator);
  });

  it.each(['direct', 'sdk'] as const)(
    'is kind timeout mid-stream, after all that had arrived, reader %s',
    async (reader) => {
      const { ai, emulator } = await emulate({ chunks: ['Hello, ', 'world'], stallAfter: { chunks: 1 } });
      const config = { httpOptions: { timeout: 1000 } };
      const { values, error } = await outcomeOf(fromGemini(ai, { ...params, config }, { reader }));
      expect(values.map((chunk) => chunk.text)).toEqual(['Hello, ']);
      expect(error?.kind).toBe('timeout');
      await expectClosedEarly(emulator);
    },
  );
});

describe('fromGenerate', () => {
  it('closes the connection on unsubscribe', async () => {
    const arrived = deferred();
    const { ai, emulator } = await emulate(() => {
      arrived.resolve();
      return { headersDelay: forever };
    });
    const subscription = fromGenerate(ai, params).subscribe();
    await arrived.promise;
    subscription.unsubscribe();
    await expectClosedEarly(emulator);
  });
});

async function* endless(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve('and so on ');
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((settle) => setImmediate(settle));
}
