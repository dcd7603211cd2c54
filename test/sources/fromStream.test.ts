import { map, NEVER, Subject, switchMap, take } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { GeminiError } from '../../src/errors/geminiError.js';
import { fromStream } from '../../src/sources/fromStream.js';
import { deferred, outcomeOf } from '../support/outcome.js';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 1; number <= count; number++) yield await Promise.resolve(number);
}

/** An iterator that is silent after its first value, and records whether it was closed. */
function silent(): { iterable: AsyncIterable<number>; isClosed: () => boolean } {
  let isClosed = false;
  let count = 0;
  const iterator: AsyncIterator<number> = {
    next: () => (count++ === 0 ? Promise.resolve({ done: false, value: 1 }) : new Promise(() => undefined)),
    return: () => {
      isClosed = true;
      return Promise.reject(new Error('return failed'));
    },
  };
  return { iterable: { [Symbol.asyncIterator]: () => iterator }, isClosed: () => isClosed };
}

describe('fromStream', () => {
  it('emits the values of an iterable and completes', async () => {
    expect(await outcomeOf(fromStream(() => numbers(3)))).toEqual({
      values: [1, 2, 3],
      error: undefined,
      isComplete: true,
    });
  });

  it('emits the values of a promised iterable', async () => {
    expect((await outcomeOf(fromStream(() => Promise.resolve(numbers(2))))).values).toEqual([1, 2]);
  });

  it('emits the values of a `ReadableStream`, and cancels the stream at once, also while a read is pending', async () => {
    const cancelled = deferred();
    const stream = new ReadableStream<number>({
      start(controller) {
        controller.enqueue(1);
      },
      cancel: cancelled.resolve,
    });
    const values: number[] = [];
    const subscription = fromStream(() => stream as unknown as AsyncIterable<number>).subscribe((value) =>
      values.push(value),
    );
    await vi.waitFor(() => expect(values).toEqual([1]));
    subscription.unsubscribe();
    await cancelled.promise;
  });

  it('calls `open` at each subscription, and not before', async () => {
    const open = vi.fn(() => numbers(1));
    const source = fromStream(open);
    expect(open).not.toHaveBeenCalled();
    await Promise.all([outcomeOf(source), outcomeOf(source)]);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('fails with a GeminiError when open throws, rejects, or the stream does', async () => {
    const cause = new TypeError('fetch failed');
    const throwing = fromStream(() => {
      throw cause;
    });
    const rejecting = fromStream<number>(() => Promise.reject(cause));
    const breaking = fromStream(async function* () {
      yield await Promise.resolve(1);
      throw cause;
    });
    for (const source of [throwing, rejecting]) {
      expect((await outcomeOf(source)).error).toMatchObject({ kind: 'network', cause });
    }
    expect(await outcomeOf(breaking)).toMatchObject({ values: [1], error: { kind: 'network', cause } });
  });

  it('aborts the signal on unsubscribe before `open` has resolved, and closes the stream that arrives later', async () => {
    const { iterable, isClosed } = silent();
    const opened = deferred();
    let signal: AbortSignal | undefined;
    const subscription = fromStream(async (given) => {
      signal = given;
      await opened.promise;
      return iterable;
    }).subscribe();
    subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
    opened.resolve();
    await vi.waitFor(() => {
      expect(isClosed()).toBe(true);
    });
  });

  it('aborts the signal and closes the iterator while it is silent, for any behaviour of `return`', async () => {
    const { iterable, isClosed } = silent();
    const first = deferred();
    let signal: AbortSignal | undefined;
    const subscription = fromStream((given) => {
      signal = given;
      return iterable;
    }).subscribe(first.resolve);
    await first.promise;
    expect(signal?.aborted).toBe(false);
    subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
    expect(isClosed()).toBe(true);
  });

  it('closes the stream when `take` completes', async () => {
    const { iterable, isClosed } = silent();
    expect((await outcomeOf(fromStream(() => iterable).pipe(take(1)))).values).toEqual([1]);
    expect(isClosed()).toBe(true);
  });

  it('closes the stream when an operator below throws', async () => {
    const { iterable, isClosed } = silent();
    const failing = map(() => {
      throw new GeminiError('too much', { kind: 'overflow' });
    });
    expect((await outcomeOf(fromStream(() => iterable).pipe(failing))).error?.kind).toBe('overflow');
    expect(isClosed()).toBe(true);
  });

  it('closes the stream when `switchMap` switches', async () => {
    const { iterable, isClosed } = silent();
    const { promise, resolve } = deferred();
    const choice$ = new Subject<boolean>();
    const subscription = choice$
      .pipe(switchMap((isOn) => (isOn ? fromStream(() => iterable) : NEVER)))
      .subscribe(resolve);
    choice$.next(true);
    await promise;
    choice$.next(false);
    expect(isClosed()).toBe(true);
    subscription.unsubscribe();
  });

  it('does not abort the signal of a stream that ended by itself', async () => {
    let signal: AbortSignal | undefined;
    await outcomeOf(
      fromStream((given) => {
        signal = given;
        return numbers(1);
      }),
    );
    expect(signal?.aborted).toBe(false);
  });

  it('reads no further value after an unsubscription', async () => {
    let produced = 0;
    const endless = (async function* () {
      for (;;) yield await Promise.resolve(produced++);
    })();
    await outcomeOf(fromStream(() => endless).pipe(take(3)));
    await Promise.resolve();
    expect(produced).toBeLessThanOrEqual(4);
  });

  it('throws at the call for a value that is not a function', () => {
    expect(() => fromStream(NEVER as never)).toThrow(
      new TypeError('Expected `open` to be a function that opens a stream, got an object'),
    );
  });

  it('infers the type of the values', () => {
    expectTypeOf(fromStream(() => numbers(1))).toEqualTypeOf(fromStream<number>(() => numbers(1)));
  });
});
