import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { assertBoolean, assertInteger, assertOptions, typeError } from '../rx/assertions.js';
import { type EmulatorFetchOptions, EmulatorService } from './emulatorService.js';
import { assertLiveScripts } from '../live/script/assertLiveScripts.js';
import type { LiveScripts } from '../live/script/liveScript.js';
import type { EmulatorExchange } from './exchange.js';
import type { EmulatorLiveConnection } from './live/emulatorLiveConnection.js';
import { allowOrigins } from './server/cors.js';
import { headOfIncoming } from './server/headOfIncoming.js';
import { HttpConnection } from './server/httpConnection.js';
import { LiveServer } from './server/liveServer.js';
import { acceptUpgrades, onlyWebSockets } from './server/upgrades.js';
import { nextTurn } from './waits.js';

/** Options of {@link startEmulator}. @public */
export interface EmulatorOptions extends EmulatorFetchOptions {
  /** The port; 0 takes a free one. @defaultValue 0 */
  readonly port?: number | undefined;
  /** The address to listen on. @defaultValue '127.0.0.1' */
  readonly host?: string | undefined;
  /**
   * The origins of pages that may read the answers, besides those of this machine (`localhost`, `127.0.0.1`, `[::1]`,
   * on any port): a list such as `['https://app.example']`, or `'*'` for all. @defaultValue no other origins
   */
  readonly origins?: readonly string[] | '*' | undefined;
  /**
   * Whether the emulator holds the process until `close`; otherwise a process that has nothing else to do ends, so that
   * a forgotten `close` does not hang a test run. A client of the same process holds it while it waits for an answer.
   * @defaultValue false
   */
  readonly ref?: boolean | undefined;
  /**
   * The server's side of the Live API: a script for all connections, a function that makes it from the setup, or a list
   * with one for each connection. Needs the package `ws`. @defaultValue `{}`, which answers each input
   */
  readonly live?: LiveScripts | undefined;
}

/** A running emulator. @public */
export interface Emulator {
  /** The address without a slash at the end, e.g. `http://127.0.0.1:34567`: the SDK's `httpOptions.baseUrl`. */
  readonly url: string;
  /** The exchanges so far, in the order of arrival; a live list, without CORS preflights. */
  readonly requests: readonly EmulatorExchange[];
  /** The connections of the Live API so far, in the order of arrival; a live list. */
  readonly liveConnections: readonly EmulatorLiveConnection[];
  /** The number of sockets that are open now, idle ones and WebSockets included. */
  readonly connections: number;
  /** Ends all answers, sockets and timers; resolves when all have ended. Idempotent. */
  close(): Promise<void>;
  /** Calls `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a local HTTP server that speaks Gemini's wire protocol: any client of Gemini can use the server, without a
 * key, costs or a network.
 *
 * Answers `streamGenerateContent` (as server-sent events with `alt=sse`, else as a JSON list), `generateContent`,
 * `countTokens` and the list of models, on the paths of the Gemini API, of Vertex AI and of Firebase, in any version.
 * `reply` decides the answer, its pace and its faults: see {@link EmulatorScenario}. A client that disconnects stops
 * its answer at once. Node only.
 *
 * Answers the Interactions API too: new interactions (whole, streamed, in the background), `get` with `stream` and
 * `last_event_id`, `cancel` and `delete`. Interactions are kept with their events, also for `previous_interaction_id`;
 * one in the background continues without a reader, and any other one ends with its connection. The same `reply`
 * answers both APIs.
 *
 * Answers WebSockets of the Live API too, on the paths of the Gemini API and of Vertex AI: `live` decides the messages,
 * their pace and the faults of a connection: see {@link LiveScript}. Without `apiKey`, any key is accepted; otherwise a
 * session with a wrong key is closed with 1007, and without a key, or for a model that is not in `models`, with 1008;
 * Vertex AI answers a wrong token with the status 401. Ephemeral tokens are made by `POST /v1alpha/auth_tokens`. A page
 * of an origin that is not allowed gets the status 403. Needs the package `ws`, which the SDK brings along: without it,
 * a WebSocket is answered with the status 501.
 *
 * @param options - See {@link EmulatorOptions}.
 * @returns A promise of the emulator, once it listens; rejects if it cannot listen on the port, or if `live` is given and
 * the package `ws` is not installed.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @example
 * ```ts
 * const emulator = await startEmulator({ reply: ({ prompt }) => ({ text: `You said: ${prompt}`, pace: 20 }) });
 * const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
 * const response = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Hello' });
 * console.log(response.text); // You said: Hello
 * await emulator.close();
 * ```
 * @public
 */
export function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  assertOptions(options);
  const { port = 0, host = '127.0.0.1', origins = [], ref = false, live = {}, history = Infinity } = options;
  assertInteger('port', port, 0, 65_535);
  if (typeof host !== 'string') throw typeError('host', 'a string', host);
  if (origins !== '*' && !Array.isArray(origins)) throw typeError('origins', "a list of origins or '*'", origins);
  assertBoolean('ref', ref);
  assertLiveScripts('live', live);
  const service = new EmulatorService(options);
  const { requests } = service;
  const liveServer = new LiveServer({ scripts: live, origins, history, access: service.liveAccess });
  const sockets = new Set<Socket>();
  let closing: Promise<void> | undefined;

  const server = createServer(onlyWebSockets, (incoming, response) => {
    if (allowOrigins(incoming, response, origins)) return;
    const connection = new HttpConnection(incoming, response);
    connection.onClose(service.receive(headOfIncoming(incoming), connection).settle);
  });
  acceptUpgrades(server, liveServer);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (!ref) socket.unref();
  });

  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    service.end();
    liveServer.end();
    for (const socket of sockets) socket.destroy();
    await closed;
    // Handles are closed at the very end of a turn, and emit `close` in the next one: two turns from here all are gone.
    await nextTurn();
    await nextTurn();
  };
  const closeOnce = () => (closing ??= close());

  const listen = () =>
    new Promise<Emulator>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        if (!ref) server.unref();
        resolve({
          url: urlOf(server.address()),
          requests,
          liveConnections: liveServer.connections,
          get connections() {
            return sockets.size;
          },
          close: closeOnce,
          [Symbol.asyncDispose]: closeOnce,
        });
      });
    });
  // A missing package is an error of the call that asks for it, and not of the first client.
  return options.live === undefined ? listen() : liveServer.load().then(listen);
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return '';
  const { family, port } = address;
  // A server can listen on a wildcard address, but no client can connect to it.
  const host = address.address.replace(/^0\.0\.0\.0$/, '127.0.0.1').replace(/^::$/, '::1');
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${String(port)}`;
}
