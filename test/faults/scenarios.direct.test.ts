import fc, { type Arbitrary } from 'fast-check';
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorPosition } from '../../src/emulator/connection.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { complaints, nightly, turns } from './support.js';

/** A fault, the kind of its error, and the number of chunks that can still arrive. */
interface Fault {
  readonly scenario: EmulatorScenario;
  readonly kinds: readonly GeminiErrorKind[];
  /** The number of chunks before it, where that is known. */
  readonly chunks?: number;
  /** Whether the reply may end there without an end, so that somebody has to leave it. */
  readonly isEndless?: boolean;
}

const few = fc.nat({ max: 6 });
const position: Arbitrary<EmulatorPosition> = fc.oneof(
  few.map((chunks) => ({ chunks })),
  fc.nat({ max: 1_500 }).map((bytes) => ({ bytes })),
);
const sound: EmulatorScenario = {};
const cut: readonly GeminiErrorKind[] = ['truncated', 'network'];

const fault: Arbitrary<Fault> = fc.oneof(
  fc.constant({ scenario: sound, kinds: [] }),
  fc
    .tuple(position, fc.boolean())
    .map(([at, reset]) => ({ scenario: { dropAfter: { ...at, reset } }, kinds: cut, ...(reset ? {} : known(at)) })),
  fc.boolean().map((reset) => ({ scenario: { dropAfter: { request: true as const, reset } }, kinds: cut, chunks: 0 })),
  position.map((at) => ({ scenario: { endAfter: at }, kinds: ['truncated'] as const, ...known(at) })),
  fc
    .tuple(few, fc.constantFrom('data', 'event', 'body'))
    .map(([chunks, as]) => ({ scenario: { errorAfter: { chunks, as } }, kinds: ['overloaded'] as const, chunks })),
  fc
    .tuple(few, fc.constantFrom(undefined, 'Bad Gateway\n\n', '<html>\n', 'data: [1]\n\n', '{"a":1}\n'))
    .map(([chunks, garbage]) => ({
      scenario: { garbageAfter: { chunks, garbage } },
      kinds: ['protocol'] as const,
      chunks,
    })),
  fc
    .tuple(position, fc.integer({ min: 1, max: 4 }))
    .map(([at, duration]) => ({ scenario: { stallAfter: { ...at, duration }, heartbeat: 1 }, kinds: [] })),
  position.map((at) => ({ scenario: { stallAfter: at }, kinds: [], isEndless: true })),
  fc
    .constantFrom<[number, GeminiErrorKind]>([400, 'invalid_request'], [403, 'permission'], [503, 'overloaded'])
    .map(([code, kind]): Fault => ({ scenario: { error: apiError({ code }) }, kinds: [kind], chunks: 0 })),
);

function known(at: EmulatorPosition): { readonly chunks?: number } {
  return at.chunks === undefined ? {} : { chunks: at.chunks };
}

/** The format and the cuts of the body. */
const shape: Arbitrary<EmulatorScenario> = fc.record(
  {
    packetBytes: fc.integer({ min: 1, max: 300 }),
    eventsPerPacket: fc.integer({ min: 1, max: 5 }),
    delimiter: fc.constantFrom('\n\n', '\r\n\r\n', '\r\r'),
    lines: fc.subarray(['event: message', 'id: 7', 'retry: 1000', ': a comment', ':']),
    done: fc.boolean(),
    unterminated: fc.boolean(),
    pace: fc.constant(1),
  },
  { requiredKeys: [] },
);

/** When the subscriber leaves: after so many chunks, after so many turns of the event loop, or never. */
const departure = fc.oneof(
  fc.constant({}),
  fc.record({ chunks: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ turns: fc.nat({ max: 20 }) }),
);

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 5 });

const { numRuns, time } = nightly(400);

it(
  'emits every chunk that arrived, in order and once, and ends once, for any fault of the server and any time of the unsubscription',
  async () => {
    const heard = complaints();
    let answer: EmulatorScenario = {};
    const { ai, emulator } = await emulate(() => answer);
    // One for all, so that leftover listeners would add up.
    const { signal: abortSignal } = new AbortController();
    const reply$ = fromGemini(ai, { ...params, config: { abortSignal } }).pipe(classifyErrors());

    await fc.assert(
      fc.asyncProperty(texts, shape, fault, departure, async (chunks, spelled, fault, leaving) => {
        const { error, endAfter } = fault.scenario;
        answer = { ...(error ? {} : { chunks }), ...spelled, ...fault.scenario };
        // An event without its blank line swallows the next one, and cannot be known to be whole before a cut.
        if (!endAfter && fault.scenario !== sound) answer = { ...answer, unterminated: false };
        const before = emulator.requests.length;
        const read: string[] = [];
        const ends: unknown[] = [];
        const account = { hasLeft: false, late: 0 };

        await new Promise<void>((resolve) => {
          const subscription = reply$.subscribe({
            next: ({ text }) => {
              read.push(text);
              if (account.hasLeft) account.late++;
              if ('chunks' in leaving && read.length === leaving.chunks) leave();
            },
            error: (cause: unknown) => {
              ends.push(cause);
            },
            complete: () => {
              ends.push('complete');
            },
          });
          subscription.add(resolve);
          function leave() {
            account.hasLeft = true;
            subscription.unsubscribe();
          }
          const wait = 'turns' in leaving ? leaving.turns : fault.isEndless ? 100 : undefined;
          if (wait !== undefined) {
            void turns(wait).then(() => {
              if (!subscription.closed) leave();
            });
          }
        });

        // The server's own account: whatever was asked is over.
        await Promise.all(emulator.requests.slice(before).map((request) => request.closed));
        const request = emulator.requests[before];
        expect(emulator.requests.length - before).toBeLessThanOrEqual(1);
        if (!account.hasLeft) expect(request).toBeDefined();
        await turns(1);
        expect(account.late).toBe(0);

        expect(read).toEqual(chunks.slice(0, read.length));
        expect(ends).toHaveLength(account.hasLeft ? 0 : 1);
        expect(getEventListeners(abortSignal, 'abort')).toHaveLength(0);
        if (account.hasLeft) return;

        const [end] = ends;
        if (end === 'complete') {
          expect(read).toEqual(chunks);
          return;
        }
        if (!isGeminiError(end)) throw new Error('Not a GeminiError', { cause: end });
        expect(fault.kinds).toContain(end.kind);
        expect(end.partial?.text).toBe(read.join(''));
        if (fault.chunks !== undefined) expect(read).toEqual(chunks.slice(0, fault.chunks));
      }),
      { numRuns },
    );

    await turns(2);
    expect(heard).toEqual([]);
  },
  time,
);
