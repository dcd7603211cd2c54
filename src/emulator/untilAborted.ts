/** What `promise` gives, or `undefined` as soon as the signal aborts. Leaves no listener. */
export async function unlessAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T | undefined> {
  let abort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => {
      resolve(undefined);
    };
  });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The values of `source` until the signal aborts, even while the next one is awaited; its iterator is then closed. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await unlessAborted(iterator.next(), signal);
      if (!result || result.done) return;
      yield result.value;
    }
  } finally {
    // Not awaited: a generator that waits for ever inside its `next()` never answers a `return()`.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
