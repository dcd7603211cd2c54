/**
 * A dispatcher for Node's `fetch`, which gives up after 300 s without headers, and after 300 s of silence in a body; a
 * model may think longer. It hands each request on to the global dispatcher with both limits off, as the SDK does with
 * its own `fetch`.
 *
 * Undefined without Node, and where the global dispatcher cannot be reached: jest and other `vm` contexts have Node's
 * `fetch`, but not its globals. There the limits stay.
 */
export function unboundedDispatcher(): object | undefined {
  return globalDispatcher() && unbounded;
}

interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

/** One for all requests, which are handed on to the global dispatcher of their time. */
const unbounded = {
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
  // Node sets its dispatcher up when something of `fetch` is first used.
  if (typeof Headers === 'function') new Headers();
  const dispatcher = (globalThis as { [symbol]?: Partial<Dispatcher> })[symbol];
  return typeof dispatcher?.dispatch === 'function' ? (dispatcher as Dispatcher) : undefined;
}
