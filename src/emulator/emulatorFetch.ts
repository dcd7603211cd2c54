import { assertOptions } from '../rx/assertions.js';
import { refusedConnection } from './brokenConnection.js';
import { type EmulatorFetchOptions, EmulatorService } from './emulatorService.js';
import type { EmulatorExchange } from './exchange.js';
import { FetchConnection } from './fetchConnection.js';
import type { RequestHead } from './openExchange.js';
import { nextTurn } from './waits.js';

/** A `fetch` that an emulator answers. @public */
export interface EmulatorFetch {
  /** Answers a request, as the global `fetch` does. */
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** The exchanges so far, in the order of the calls; a live list. */
  readonly requests: readonly EmulatorExchange[];
  /** Ends all answers and timers; resolves when all have ended. Later calls fail as without a network. Idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a `fetch` that speaks Gemini's wire protocol without a server: the emulator of `startEmulator` in a page, or in
 * a test, for `httpOptions.fetch` of the client. Needs no `node:` module.
 *
 * Answers every call by its path, whatever its host. The body of a response is a stream with the pace and the faults of
 * the scenario, and waits for a slow reader. A dropped connection is the `TypeError` of Node's `fetch`, also in a page:
 * `fetch failed` from the call itself before the headers, `terminated` from the body after them. So a scenario fails with
 * the same kinds and messages as with `startEmulator`. The headers `location`, `content-length` and `content-encoding`
 * are passed on, but not followed. An abort of `signal` and a cancelled body end the answer, which its exchange shows as
 * `closedEarly`.
 *
 * The SDK takes a `fetch` since version 2.24. With an older one, replace the global `fetch`.
 *
 * @param options - See {@link EmulatorFetchOptions}.
 * @returns The `fetch`, with its `requests`.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const fetch = emulatorFetch({ reply: ({ prompt }) => ({ text: `You said: ${prompt}`, pace: 20 }) });
 * const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { fetch } });
 * const response = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Hello' });
 * console.log(response.text, fetch.requests.length); // You said: Hello 1
 * ```
 * @public
 */
export function emulatorFetch(options: EmulatorFetchOptions = {}): EmulatorFetch {
  assertOptions(options);
  const service = new EmulatorService(options);
  const connections = new Set<FetchConnection>();
  let isClosed = false;

  const call = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    // The signal of a `Request` may miss an abort after a garbage collection, so the caller's own is followed.
    const request = new Request(input, { ...init, signal: null });
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    if (isClosed) throw refusedConnection();
    const connection = new FetchConnection(request, (finished) => {
      connections.delete(connection);
      exchange.settle(finished);
    });
    connections.add(connection);
    const exchange = service.receive(headOf(request), connection);
    if (signal) {
      const onAbort = () => {
        connection.fail(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      void exchange.record.closed.then(() => {
        signal.removeEventListener('abort', onAbort);
      });
    }
    return connection.response;
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    service.end();
    for (const connection of connections) connection.close();
    await nextTurn();
  };
  return Object.assign(call, { requests: service.requests, close });
}

function headOf({ method, url, headers }: Request): RequestHead {
  const { pathname, search } = new URL(url);
  return { method, path: pathname + search, headers: Object.fromEntries(headers) };
}
