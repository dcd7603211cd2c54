import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiErrorKind } from '../../src/errors/kinds.js';
import { arbitraryResponse } from '../support/arbitraryChunks.js';
import { outcomeOf } from '../support/outcome.js';
import { recordedExchanges } from '../support/recordings.js';
import { eventOf, fromBody, inPackets, nightly, saying } from './support.js';
import { readPlainly } from './readPlainly.js';

const recorded = recordedExchanges()
  .filter(([, { response }]) => (response.status ?? 200) === 200)
  .map(([, { response }]) => Buffer.from(String(response.body)))
  .filter((body) => body.length < 20_000);

const madeUp = fc
  .tuple(fc.array(arbitraryResponse, { maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([responses, eol]) =>
    Buffer.from([...responses, saying('the end', 'STOP')].map(eventOf).join('').replaceAll('\n', eol)),
  );

const body: Arbitrary<Uint8Array> = fc.oneof(fc.constantFrom(...recorded), madeUp);

const text = (spelled: string): Uint8Array => Buffer.from(spelled);

/** The bytes of a splice: any, and those that mean something to a reader. */
const foreign: Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.constantFrom(
    ...['\n', '\r', '\r\n\r\n', 'data:', 'data: [DONE]\n\n', 'event: error\n', ':', '{', '}', '"', '\\', '\0'].map(
      text,
    ),
    ...['\uFEFF', '{"error":{"code":503}}', 'data: {"error":{"code":503}}\n\n', 'data: null\n\n', '\u2028'].map(text),
    ...['"finishReason":"STOP",', '"index":1,', '"__proto__":{},', '\n{\n', '\n}\n', '[', ']', ','].map(text),
    // Halves of a character.
    Uint8Array.of(0xc3),
    Uint8Array.of(0xed, 0xa0, 0xbd),
  ),
);

/** One change of a body; `at` is a fraction of its length. */
const mutation: Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc
  .record({
    kind: fc.constantFrom('flip', 'drop', 'repeat', 'splice'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 2_000 })),
    bit: fc.nat({ max: 7 }),
    foreign,
  })
  .map(({ kind, at, length, bit, foreign }) => (bytes) => {
    const from = Math.floor(at * bytes.length);
    const [before, piece, after] = [bytes.slice(0, from), bytes.slice(from, from + length), bytes.slice(from + length)];
    if (kind === 'flip') return bytes.map((byte, place) => (place === from ? byte ^ (1 << bit) : byte));
    if (kind === 'drop') return Buffer.concat([before, after]);
    if (kind === 'repeat') return Buffer.concat([before, piece, piece, after]);
    return Buffer.concat([before, foreign, piece, after]);
  });

const mutated: Arbitrary<Uint8Array> = fc
  .tuple(body, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([whole, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), whole));

const packets = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4_000 })), {
  minLength: 1,
  maxLength: 4,
});

/** The kinds of failure that a body can cause over a sound connection. */
const ofAnOutcome: ReadonlySet<GeminiErrorKind> = new Set<GeminiErrorKind>([
  'truncated',
  'blocked',
  'safety',
  'recitation',
  'malformed_call',
  'invalid_request',
  'unknown',
]);

describe('a body of which bytes were flipped, dropped, repeated or put in', () => {
  const { numRuns, time } = nightly(5_000);

  it(
    'emits the text that a plain reader finds before the first fault, and is whole only without a fault',
    async () => {
      let wholes = 0;
      await fc.assert(
        fc.asyncProperty(mutated, packets, async (bytes, sizes) => {
          const known = readPlainly(bytes);
          const { values, error, isComplete } = await outcomeOf(
            fromBody(inPackets(bytes, sizes)).pipe(classifyErrors()),
          );
          expect(values.map((chunk) => chunk.text).join('')).toBe(known.text);
          if (isComplete) expect(known.isWhole).toBe(true);
          else if (known.isWhole) expect(ofAnOutcome).toContain(error?.kind);
          if (isComplete) wholes++;
        }),
        { numRuns, timeout: 5_000 },
      );
      // Else it would say nothing of either.
      expect(wholes).toBeGreaterThan(numRuns / 20);
      expect(wholes).toBeLessThan(numRuns / 1.05);
    },
    time,
  );
});

describe('the plain reading', () => {
  it('equals the reading of a valid body', async () => {
    for (const bytes of recorded) {
      const { values } = await outcomeOf(fromBody(bytes));
      expect(values.map((chunk) => chunk.text).join('')).toBe(readPlainly(bytes).text);
    }
  });
});
