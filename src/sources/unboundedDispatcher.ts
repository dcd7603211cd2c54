/**
 * Node's `fetch` gives up after 300 s without headers, and after 300 s of silence in a body; a model may think longer.
 * This dispatcher hands each request on to the global one with both limits off, as the SDK does with its own `fetch`.
 * Undefined where there is no Node.
 */
export const unboundedDispatcher: object | undefined = isNode() ? { dispatch } : undefined;

interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

const globalDispatcher = Symbol.for('undici.globalDispatcher.1');

function dispatch(options: object, handler: object): boolean {
  // Node sets its dispatcher up when something of `fetch` is first used.
  new Headers();
  const dispatcher = (globalThis as { [globalDispatcher]?: Dispatcher })[globalDispatcher];
  if (!dispatcher) throw new TypeError('Expected a runtime with the `fetch` of Node, which has a global dispatcher');
  return dispatcher.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler);
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: unknown; bun?: unknown } } };
  return typeof process?.versions?.node === 'string' && process.versions.bun === undefined;
}
