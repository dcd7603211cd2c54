import { assertInteger, typeError } from '../rx/assertions.js';
import type { ClientConnection } from './clientConnection.js';
import { defaultReply } from './defaultReply.js';
import type { EmulatorExchange } from './exchange.js';
import { type EmulatorRules, handleRequest } from './handleRequest.js';
import { InteractionStore } from './interactions/interactionStore.js';
import { AuthTokens } from './live/authTokens.js';
import { LiveAccess } from './live/liveAccess.js';
import { openExchange, type OpenExchange, type RequestHead } from './openExchange.js';
import type { EmulatorAnswer, EmulatorReply } from './scenario.js';
import { scenarioOf } from './scenarioOf.js';

/** Options of {@link emulatorFetch}, which are also those of `startEmulator`. @public */
export interface EmulatorFetchOptions {
  /** A function that returns the answer to a request, or one answer for all. @defaultValue `defaultReply()` */
  readonly reply?: EmulatorReply | EmulatorAnswer | undefined;
  /**
   * The only API key that is accepted: a missing key is answered with 403, a wrong one with 400, or with 401 for an
   * interaction. @defaultValue any key
   */
  readonly apiKey?: string | undefined;
  /** The only models that exist; requests for other models are answered with 404. @defaultValue every model exists */
  readonly models?: readonly string[] | undefined;
  /** The maximum number of exchanges in `requests`; the oldest are dropped. @defaultValue Infinity */
  readonly history?: number | undefined;
  /**
   * The maximum number of interactions that are kept, with their events; the oldest that are over are dropped first, and
   * are answered with 404 from then on. @defaultValue 1000
   */
  readonly maxInteractions?: number | undefined;
}

/** An emulator without a way in: answers the requests that a server, or a `fetch`, hands to it. */
export class EmulatorService {
  readonly requests: EmulatorExchange[] = [];
  /** The exchanges that have not ended. */
  readonly open = new Set<OpenExchange>();
  /** The rules for connections of the Live API. */
  readonly liveAccess: LiveAccess;
  readonly #rules: EmulatorRules;
  readonly #history: number;
  #count = 0;

  /** @throws TypeError, RangeError - If an option is wrong. */
  constructor({
    reply = defaultReply(),
    apiKey,
    models,
    history = Infinity,
    maxInteractions = 1000,
  }: EmulatorFetchOptions) {
    if (apiKey !== undefined && typeof apiKey !== 'string') throw typeError('apiKey', 'a string', apiKey);
    if (models !== undefined && !Array.isArray(models)) throw typeError('models', 'a list of names', models);
    if (history !== Infinity) assertInteger('history', history, 0);
    assertInteger('maxInteractions', maxInteractions, 1);
    const tokens = new AuthTokens();
    this.liveAccess = new LiveAccess(apiKey, models, tokens);
    this.#rules = {
      reply: toReplyFunction(reply),
      apiKey,
      models,
      interactions: new InteractionStore(maxInteractions),
      tokens,
    };
    this.#history = history;
  }

  /** Opens the exchange of a request, and answers it. */
  receive(head: RequestHead, connection: ClientConnection): OpenExchange {
    const exchange = openExchange(this.#count, head, connection);
    this.#count += 1;
    this.requests.push(exchange.record);
    if (this.requests.length > this.#history) this.requests.shift();
    this.open.add(exchange);
    void exchange.record.closed.then(() => this.open.delete(exchange));
    // Rejects if the client disconnects while it sends its body, which the record shows.
    handleRequest(exchange, this.#rules).catch(() => {
      connection.drop(true);
    });
    return exchange;
  }

  /** Ends all answers and timers. */
  end(): void {
    for (const exchange of this.open) exchange.end();
    this.#rules.interactions.close();
  }
}

/** Checks a single answer for all requests at the call, not at the first request. */
function toReplyFunction(reply: EmulatorReply | EmulatorAnswer): EmulatorReply {
  if (typeof reply === 'function') return reply;
  const scenario = scenarioOf(reply);
  return () => scenario;
}
