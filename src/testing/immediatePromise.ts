import { isPromiseLike } from '../rx/isPromiseLike.js';

type Settled<T> = { readonly value: T } | { readonly cause: unknown };

/**
 * A promise that calls back at once when it settles, and not in a microtask, which no `TestScheduler` advances. It works
 * with `await`, as any object with `then` does.
 */
export class ImmediatePromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'Promise';
  #settled: Settled<T> | undefined;
  #waiting: ((settled: Settled<T>) => void)[] = [];

  constructor(start: (resolve: (value: T) => void, reject: (cause: unknown) => void) => void) {
    const settle = (settled: Settled<T>) => {
      if (this.#settled) return;
      this.#settled = settled;
      for (const call of this.#waiting.splice(0)) call(settled);
    };
    start(
      (value) => {
        settle({ value });
      },
      (cause) => {
        settle({ cause });
      },
    );
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((cause: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return new ImmediatePromise<A | B>((resolve, reject) => {
      const call = (settled: Settled<T>) => {
        try {
          if ('value' in settled) pass(onFulfilled ? onFulfilled(settled.value) : (settled.value as never));
          else if (onRejected) pass(onRejected(settled.cause));
          else reject(settled.cause);
        } catch (cause) {
          reject(cause);
        }
      };
      const pass = (result: A | B | PromiseLike<A | B>) => {
        if (isPromiseLike(result)) result.then(resolve, reject);
        else resolve(result);
      };
      if (this.#settled) call(this.#settled);
      else this.#waiting.push(call);
    });
  }

  catch<B = never>(onRejected?: ((cause: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then(
      (value) => {
        onFinally?.();
        return value;
      },
      (cause: unknown) => {
        onFinally?.();
        throw cause;
      },
    );
  }
}
