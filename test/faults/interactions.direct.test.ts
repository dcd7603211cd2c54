import fc from 'fast-check';
import { GoogleGenAI } from '@google/genai';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { InteractionEvent } from '../../src/interaction/interactionEvent.js';
import { InteractionChunks } from '../../src/interaction/interactionChunks.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';
import { interactionEvents } from '../../src/sources/interactions/interactionEvents.js';
import { Dice, randomScript, recut, resourceAfter, type InteractionScript } from '../support/interactionScripts.js';
import { readRequest, sseOf, doneText } from '../support/interactionServer.js';
import { outcomeOf, type Outcome } from '../support/outcome.js';
import { nightly } from './support.js';

const id = 'v1_r';
const { numRuns, time } = nightly(150);

/** The content of an interaction, wherever its chunks are cut. */
function contentOf(chunks: readonly GeminiChunk[]) {
  const { text, candidates = [] } = chunks.reduce(mergeChunks, emptyChunk);
  const [candidate] = candidates;
  return {
    text,
    parts: (candidate?.content?.parts ?? []).filter((part) => part.text !== '' || part.thoughtSignature !== undefined),
    sources: candidate?.citationMetadata?.citations ?? [],
  };
}

/** The chunks of a script that is read without a fault. */
function chunksOf(events: readonly InteractionEvent[]): GeminiChunk[] {
  const mapping = new InteractionChunks();
  const place = { id, status: '', cursor: '' };
  return events.flatMap((event) => {
    try {
      return mapping.read(event, place) ?? [];
    } catch {
      return [];
    }
  });
}

/** A server that keeps one interaction, and breaks most of its connections in one way or another. */
class FaultyServer {
  /** The number of requests that start a run. */
  creates = 0;
  readonly server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const { method, url, headers } = request;
      this.#answer(response, readRequest({ method, url, headers, body: '', closed: Promise.resolve(true) }));
    });
  });
  readonly #dice: Dice;
  readonly #script: InteractionScript;
  /** The number of requests so far; after some of them, the faults end. */
  #requests = 0;
  /** The number of events that have happened, for a poll. */
  #happened = 0;
  /** Whether the server streams a run only once, so that the rest must be polled. */
  readonly #isPolled: boolean;

  constructor(dice: Dice, script: InteractionScript) {
    this.#dice = dice;
    this.#script = script;
    this.#isPolled = !script.isInterleaved && dice.isBelow(0.2);
  }

  #answer(response: ServerResponse, { call, lastEventId }: ReturnType<typeof readRequest>): void {
    const { events } = this.#script;
    this.#requests += 1;
    if (call === 'create') this.creates += 1;
    if (call === 'get') {
      // The state of steps of which a later one has begun first is unknown: such a run is over at its first poll.
      const next = this.#script.isInterleaved ? events.length : this.#happened + 1 + this.#dice.below(20);
      this.#happened = Math.min(events.length, next);
      if (this.#requests < 40 && this.#dice.isBelow(0.2)) response.writeHead(503).end();
      else
        response
          .writeHead(200, { 'Content-Type': 'application/json' })
          .end(JSON.stringify(resourceAfter(events.slice(0, this.#happened))));
      return;
    }
    if (call === 'stream' && this.#isPolled) {
      response.writeHead(this.#dice.pick([500, 503, 429])).end();
      return;
    }
    this.#stream(response, this.#rest(lastEventId), call === 'create');
  }

  /** The events after an id, from the event itself, or from the start, and cut in another way. */
  #rest(lastEventId: string | undefined): readonly InteractionEvent[] {
    const { events } = this.#script;
    const at = events.findIndex((event) => event.event_id === lastEventId);
    const isAll = lastEventId === undefined || this.#dice.isBelow(0.2);
    const rest = this.#requests > 1 ? recut(this.#dice, events.slice(isAll ? 0 : at + 1)) : events;
    const isInclusive = !isAll && this.#dice.isBelow(0.1);
    return isInclusive ? [...events.slice(at, at + 1), ...rest] : rest;
  }

  #stream(response: ServerResponse, events: readonly InteractionEvent[], isFirst: boolean): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const whole = Buffer.from(sseOf(...events) + this.#dice.pick([doneText, '']));
    const fault = this.#requests > 7 ? 'none' : this.#dice.pick(['close', 'reset', 'end', 'bare', 'silence', 'none']);
    if (fault === 'none') {
      response.end(whole);
      this.#happened = this.#script.events.length;
      return;
    }
    // The id must arrive, or nothing can be resumed.
    const least = isFirst ? sseOf(...events.slice(0, 1)).length : 0;
    const cut = least + this.#dice.below(whole.length - least);
    const sent = whole.subarray(0, cut);
    this.#happened = Math.max(this.#happened, this.#dice.below(events.length));
    if (isFirst) this.#happened = Math.max(this.#happened, sent.toString().split('\n\n').length - 1);
    if (fault === 'end') response.end(sent);
    else if (fault === 'bare') response.end(Buffer.concat([sent, bareError]));
    else
      response.write(sent, () => {
        if (fault === 'close') setTimeout(() => response.destroy(), 1);
        if (fault === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), 1);
      });
    if (cut === 0) response.flushHeaders();
  }
}

const bareError = Buffer.from('\n\n[{"error": {"code": 503, "message": "The connection is too old"}}]');

function reconnectTo({ isInterleaved }: InteractionScript) {
  return { reconnect: { count: isInterleaved ? 100 : 3, delay: 0, poll: 1, maxSilence: 8 } };
}

async function withServer(
  seed: number,
  read: (server: FaultyServer, script: InteractionScript, ai: GoogleGenAI, dice: Dice) => Promise<void>,
) {
  const dice = new Dice(seed);
  const script = randomScript(dice, id, dice.pick([0, 0.1, 0.5, 1]));
  const faulty = new FaultyServer(dice, script);
  await new Promise<void>((listening) => faulty.server.listen(0, '127.0.0.1', listening));
  const { port } = faulty.server.address() as AddressInfo;
  try {
    await read(
      faulty,
      script,
      new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: `http://127.0.0.1:${port}` } }),
      dice,
    );
  } finally {
    faulty.server.closeAllConnections();
    faulty.server.close();
  }
}

/** The end that a reader must see. */
function expectEnd({ error, isComplete }: Outcome<unknown>, { end }: InteractionScript): void {
  if (end === 'failed' || end === 'error') expect(error).toMatchObject({ kind: 'server', retryable: false });
  else expect({ error, isComplete }).toEqual({ error: undefined, isComplete: true });
}

const params = { agent: 'a', input: 'x', background: true };

describe('an interaction over a server that breaks its connections, repeats and falls silent', () => {
  it(
    'gives each piece once, in order, to its reader, and to another one that continues from any cursor',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), (seed) =>
          withServer(seed, async (server, script, ai, dice) => {
            const first = await outcomeOf(fromInteraction(ai, params, reconnectTo(script)));
            const expected = contentOf(chunksOf(script.events));
            expect(contentOf(first.values)).toEqual(expected);
            expectEnd(first, script);
            expect(server.creates).toBe(1);
            const at = dice.below(first.values.length);
            const cursor = first.values[at]?.interaction?.cursor;
            const second = await outcomeOf(fromInteraction(ai, { id, after: cursor }, reconnectTo(script)));
            expect(contentOf([...first.values.slice(0, at + 1), ...second.values])).toEqual(expected);
            if (at < first.values.length - 1) expectEnd(second, script);
            expect(server.creates).toBe(1);
          }),
        ),
        { numRuns, endOnFailure: true },
      );
    },
    time,
  );

  it(
    'gives each event once',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), (seed) =>
          withServer(seed, async (_, script, ai) => {
            const outcome = await outcomeOf(interactionEvents(ai, params, reconnectTo(script)));
            expect(contentOf(chunksOf(outcome.values))).toEqual(contentOf(chunksOf(script.events)));
            expectEnd(outcome, script);
            const ends = outcome.values.filter(({ event_type: type }) => /completed|error/.test(type));
            expect(ends).toHaveLength(1);
          }),
        ),
        { numRuns: Math.ceil(numRuns / 3), endOnFailure: true },
      );
    },
    time,
  );
});
