/** Calls the global `fetch` without the time limits of Node's: see {@link unboundedDispatcher}. */
export function unboundedFetch(input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
  return fetch(input, unbounded(init));
}

function unbounded(init: RequestInit | undefined): RequestInit | undefined {
  if (init && 'dispatcher' in init) return init;
  const dispatcher = unboundedDispatcher();
  return dispatcher ? Object.assign({}, init, { dispatcher }) : init;
}

/**
 * A dispatcher for Node's `fetch`, which fails after 300 s without headers, and after 300 s of silence in a body; a
 * model may think longer. It passes each request to the global dispatcher with both limits off. The SDK does so only
 * for its own `fetch`.
 *
 * Undefined without Node, and if the global dispatcher cannot be reached: jest and other `vm` contexts have Node's
 * `fetch`, but not its globals. There the limits stay.
 */
export function unboundedDispatcher(): object | undefined {
  return globalDispatcher() && withoutLimits;
}

interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

/** One for all requests, each of which is passed to the dispatcher that is the global one at that time. */
const withoutLimits = {
  dispatch(options: object, handler: object): boolean {
    const dispatcher = globalDispatcher();
    if (!dispatcher) throw new TypeError('Expected the global dispatcher of `fetch` to stay for the time of a request');
    return dispatcher.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
  },
};

const symbol = Symbol.for('undici.globalDispatcher.1');

function globalDispatcher(): Dispatcher | undefined {
  const { process } = globalThis as { process?: { versions?: { node?: unknown; bun?: unknown } } };
  if (typeof process?.versions?.node !== 'string' || process.versions.bun !== undefined) return undefined;
  // Node sets its dispatcher up at the first use of a class of `fetch`.
  if (typeof Headers === 'function') new Headers();
  const dispatcher = (globalThis as { [symbol]?: Partial<Dispatcher> })[symbol];
  return typeof dispatcher?.dispatch === 'function' ? (dispatcher as Dispatcher) : undefined;
}
