import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { map, Observable, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { withCost } from '../../operators/measure/withCost.js';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { isGeminiError, type GeminiError } from '../../src/errors/geminiError.js';
import { outcomeError } from '../../src/errors/outcomeError.js';
import { chunk, partsChunk } from '../../src/testing/chunks.js';
import { expectSameData } from '../support/sameData.js';
import { cutters, operators, type Operator } from './operators.js';
import {
  arbitraryInteraction,
  arbitraryScenario,
  arbitraryScenarioWithNotices,
  failure,
  inputsOf,
  mergeAll,
  note,
  play,
  ScenarioSource,
  valuesOf,
  type Played,
  type Scenario,
} from './scenario.js';

/** More for a night's search: `LAWS_RUNS=5000 npx vitest run test/laws`. */
const numRuns = Number(process.env['LAWS_RUNS'] ?? 40);
const time = fc.nat({ max: 120 });

/** Random values, drawn once for all laws: to draw a scenario takes longer than to play it. */
class Pool<T> {
  static readonly #size = Math.max(400, numRuns);
  readonly #seed = Date.now() | 0;
  readonly #arbitrary: fc.Arbitrary<T>;
  #values: readonly T[] | undefined;
  #next = 0;

  constructor(arbitrary: fc.Arbitrary<T>) {
    this.#arbitrary = arbitrary;
  }

  /** Tries a law with the next `numRuns` values. */
  try(law: (value: T) => void): void {
    this.#values ??= fc.sample(this.#arbitrary, { numRuns: Pool.#size, seed: this.#seed });
    for (let run = 0; run < numRuns; run++) {
      const index = this.#next++ % Pool.#size;
      try {
        law(this.#values[index]!);
      } catch (cause) {
        // The same value once more, as the first of a property, which makes it smaller and reports it.
        fc.assert(fc.property(this.#arbitrary, law), { seed: this.#seed, path: `${index}` });
        throw cause;
      }
    }
  }
}

const pools = new Map<string, Pool<Scenario>>();
const pooled = (...kinds: Scenario['end']['kind'][]) => {
  const pool = pools.get(kinds.join()) ?? new Pool(arbitraryScenario(...kinds));
  pools.set(kinds.join(), pool);
  return pool;
};
const withNotices = new Pool(arbitraryScenarioWithNotices);
const interactions = new Pool(arbitraryInteraction);
const withTimes = new Pool(fc.tuple(arbitraryScenario('complete', 'error', 'never'), time));
const withCounts = new Pool(fc.tuple(arbitraryScenario('complete', 'never'), fc.integer({ min: 1, max: 4 })));

function playThrough({ apply }: Operator, scenario: Scenario): Played {
  return play(apply(new ScenarioSource(scenario).chunks$));
}

/** The meaning of each beginning of a scenario, nothing and all of it included. */
function beginningsOf(operator: Operator, scenario: Scenario): unknown[] {
  const inputs = inputsOf(scenario);
  return Array.from({ length: inputs.length + 1 }, (_, length) =>
    operator.meaningOf(mergeAll(inputs.slice(0, length))),
  );
}

describe('the registry', () => {
  const root = new URL('../../', import.meta.url);
  const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
  /** Every function that a face of the package exports, with the type that it returns. */
  const exported = ['src/', 'operators/'].flatMap((folder) =>
    readdirSync(new URL(folder, root))
      .filter((file) => file.endsWith('.ts'))
      .flatMap((face) => [...textOf(`${folder}${face}`).matchAll(/^export \{([^}]+)\} from '([^']+)\.js';/gm)])
      .flatMap(([, names = '', path = '']) =>
        [...textOf(`${folder}${path}.ts`).matchAll(/^export function (\w+)[^]*?\): ([^]*?) \{$/gm)]
          .map(([, name = '', returns = '']) => ({ name, returns }))
          .filter(({ name }) => names.split(/\W+/).includes(name)),
      ),
  );
  const registered = operators.map(({ name }) => name.slice(0, name.indexOf('(')));

  it('has every pipeable export of every entry', () => {
    const pipeable = exported.filter(({ returns }) => returns.includes('OperatorFunction<')).map(({ name }) => name);
    expect(pipeable).toContain('withProgress');
    const missing = pipeable.filter((name) => !registered.includes(name));
    expect(missing, 'each needs a line in test/laws/operators.ts').toEqual([]);
  });

  it('names only functions that are exported', () => {
    const names = exported.map(({ name }) => name);
    expect(registered.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe.each(operators)('$name', (operator) => {
  const { apply, read, meaningOf, isChunkToChunk, endsEarly, judges, neverFails, shares, lingers = 0 } = operator;

  describe('1. Meaning', () => {
    it('has the meaning of its source', () => {
      pooled('complete').try((scenario) => {
        const meaning = read(valuesOf(playThrough(operator, scenario)));
        if (endsEarly) expect(beginningsOf(operator, scenario)).toContainEqual(meaning);
        else expectSameData(meaning, meaningOf(mergeAll(inputsOf(scenario))));
      });
    });

    if (!operator.waitsForCompletion)
      it('has emitted all that arrived before an error', () => {
        pooled('error').try((scenario) => {
          const meaning = read(valuesOf(playThrough(operator, scenario)));
          if (endsEarly) expect(beginningsOf(operator, scenario)).toContainEqual(meaning);
          else expectSameData(meaning, meaningOf(mergeAll(inputsOf(scenario))));
        });
      });

    if (endsEarly)
      it('emits everything that arrived before it ended early', () => {
        pooled('complete', 'error', 'never').try((scenario) => {
          const { emissions, ending } = playThrough(operator, scenario);
          const end = ending?.at ?? Infinity;
          const before = scenario.chunks.filter(({ at }) => at < end).length;
          const upTo = scenario.chunks.filter(({ at }) => at <= end).length;
          const meaning = read(emissions.map(({ value }) => value));
          expect(beginningsOf(operator, scenario).slice(before, upTo + 1)).toContainEqual(meaning);
        });
      });
  });

  describe('2. Closed', () => {
    if (isChunkToChunk)
      it('emits chunks in normal form, which are equal after JSON', () => {
        pooled('complete', 'error').try((scenario) => {
          for (const value of valuesOf(playThrough(operator, scenario))) {
            expectSameData(toChunk(value as GeminiChunk), value);
            expectSameData(JSON.parse(JSON.stringify(value)), value);
          }
        });
      });

    if (isChunkToChunk)
      it('does not count or time notices', () => {
        withNotices.try((scenario) => {
          const without = { ...scenario, chunks: scenario.chunks.filter(({ chunk: one }) => !(note in one)) };
          expectSameData(saidIn(playThrough(operator, scenario)), saidIn(playThrough(operator, without)));
        });
      });

    it('treats a chunk that is marked as cancelled or stopped as a finish', () => {
      for (const mark of ['cancelled', 'stopped']) {
        const last = { text: '', [mark]: { reason: 'enough' } };
        const chunks = [chunk('a'), chunk('b'), last].map((one) => ({ at: 0, chunk: one }));
        const { ending } = playThrough(operator, { chunks, end: { at: 0, kind: 'complete' } });
        expect(ending).toStrictEqual({ at: 0, kind: 'complete', cause: undefined });
      }
    });

    it('changes no chunk that it was given', () => {
      // They are frozen: a change would throw, and end the stream with a TypeError.
      pooled('complete').try((scenario) => {
        const { ending } = playThrough(operator, scenario);
        expect(ending?.cause instanceof TypeError).toBe(false);
      });
    });
  });

  describe('3. Cold', () => {
    it('subscribes the source when it is subscribed, and not before', () => {
      pooled('complete', 'error', 'never').try((scenario) => {
        const source = new ScenarioSource(scenario);
        const result$ = apply(source.chunks$);
        expect(source.subscriptions).toBe(0);
        play(result$, { at: 0 });
        expect(source.subscriptions).toBe(1);
      });
    });

    it('emits equal values to each of two successive subscribers', () => {
      pooled('complete', 'error').try((scenario) => {
        const source = new ScenarioSource(scenario);
        const result$ = apply(source.chunks$);
        const [first, second] = [play(result$), play(result$)];
        if (shares) expectSameData(read(valuesOf(second)), read(valuesOf(first)));
        else expectSameData(second, first);
        expect(source.subscriptions).toBe(shares && scenario.end.kind === 'complete' ? 1 : 2);
      });
    });

    it('emits equal values to two simultaneous subscribers, with separate states', () => {
      pooled('complete', 'error').try((scenario) => {
        const source = new ScenarioSource(scenario);
        const result$ = apply(source.chunks$);
        const values: unknown[] = [];
        const both$ = new Observable<unknown>((subscriber) => {
          result$.subscribe({ next: (value) => values.push(value), error: () => undefined });
          return result$.subscribe(subscriber);
        });
        expectSameData(read(valuesOf(play(both$))), read(values));
        const isOne = shares && (scenario.end.kind === 'complete' || scenario.end.at > 0);
        expect(source.subscriptions).toBe(isOne ? 1 : 2);
      });
    });
  });

  describe('4. Unsubscribe', () => {
    it('unsubscribes from the source at once, at any moment, and leaves no timer', () => {
      withTimes.try(([scenario, at]) => {
        const source = new ScenarioSource(scenario);
        let active = -1;
        const { tooLate, lastTimer } = play(apply(source.chunks$), { at, leave: () => (active = source.active) });
        if (lingers === 0) expect(active).toBe(0);
        expect(source.active).toBe(0);
        expect(tooLate).toBe(0);
        expect(lastTimer).toBeLessThanOrEqual(at + lingers);
      });
    });

    it('leaves no timer when it ends by itself', () => {
      pooled('complete', 'error').try((scenario) => {
        const { ending, lastTimer } = playThrough(operator, scenario);
        expect(lastTimer).toBe(ending?.at);
      });
    });

    if (!operator.waitsForCompletion)
      it('unsubscribes from the source within the last value that its subscriber takes', () => {
        withCounts.try(([scenario, count]) => {
          const source = new ScenarioSource(scenario);
          let active = 0;
          const result$ = apply(source.chunks$).pipe(take(count), tap({ finalize: () => (active = source.active) }));
          const { lastTimer, ending, emissions } = play(result$);
          if (ending === undefined || emissions.length < count) return;
          if (lingers === 0) expect(active).toBe(0);
          expect(lastTimer).toBeLessThanOrEqual(ending.at + lingers);
        });
      });

    if (!(operator.waitsForCompletion ?? operator.waitsForTimer ?? lingers > 0))
      it('stops a synchronous endless source', () => {
        for (const count of [1, 2, 5]) {
          let isClosed = false;
          let tooMany = 0;
          const endless$ = new Observable<GeminiChunk>((subscriber) => {
            for (let emitted = 1; !subscriber.closed; emitted++) {
              if (isClosed) tooMany += 1;
              if (emitted > 1_000) throw new Error(`The operator lets none of ${emitted} chunks through.`);
              subscriber.next(partsChunk([{ text: 'Hm. ', thought: true }, { text: 'One. And another.\n\n' }]));
            }
          });
          const values: unknown[] = [];
          apply(endless$)
            .pipe(take(count))
            .subscribe({ next: (value) => values.push(value), complete: () => (isClosed = true) });
          expect([values.length, tooMany]).toEqual([count, 0]);
        }
      });

    it('unsubscribes from the source when an operator below it fails', () => {
      pooled('complete', 'never').try((scenario) => {
        const source = new ScenarioSource(scenario);
        const boom = new Error('boom');
        const fails$ = apply(source.chunks$).pipe(
          map(() => {
            throw boom;
          }),
        );
        const { ending } = play(fails$, { at: 1_000 });
        if (ending?.cause === boom && lingers === 0) expect(source.active).toBe(0);
        if (ending?.kind === 'error' && !judges && !endsEarly) expect(ending.cause).toBe(boom);
      });
    });
  });

  describe('5. No silent end, and 6. nothing is thrown away', () => {
    it('ends once, as the source does', () => {
      pooled('complete', 'error').try((scenario) => {
        const { ending, tooLate } = playThrough(operator, scenario);
        expect(tooLate).toBe(0);
        if (endsEarly) expect(ending?.at).toBeLessThanOrEqual(scenario.end.at);
        else expectSameData(outcomeOf(ending), outcomeOf({ ...scenario.end, ...expectedEnding(scenario) }));
      });
    });

    if (judges)
      it('fails with the reply so far', () => {
        pooled('complete', 'error').try((scenario) => {
          const { ending } = playThrough(operator, scenario);
          if (ending?.kind !== 'error') return;
          expect(isGeminiError(ending.cause)).toBe(true);
          expectSameData((ending.cause as GeminiError).partial, mergeAll(inputsOf(scenario)));
        });
      });

    if (isChunkToChunk)
      it('keeps the cost in a failure of its source', () => {
        const priced: Operator = {
          ...operator,
          apply: (chunks$) =>
            apply(chunks$.pipe(classifyErrors(), withCost({ pricePerMillion: { input: 1, output: 1 } }))),
        };
        pooled('error').try((scenario) => {
          const { ending } = playThrough(priced, scenario);
          // An operator may fail by itself, as `timeoutReply` does.
          if ((ending?.cause as GeminiError | undefined)?.kind === failure.kind)
            expect(ending?.cause).toHaveProperty('partial.cost.total');
        });
      });
  });

  /** The end of a scenario below the operator, if it differs from the scenario's own. */
  function expectedEnding(scenario: Scenario): Partial<Ending> {
    if (neverFails) return { kind: 'complete' };
    if (scenario.end.kind === 'error') return { cause: failure };
    const cause = judges && outcomeError(mergeAll(inputsOf(scenario)));
    return cause ? { kind: 'error', cause } : {};
  }
});

describe.each([...operators, ...cutters].filter(({ isChunkToChunk }) => isChunkToChunk))('$name', (operator) => {
  it('reports each place once, never ahead of the content that it has emitted, and the last place last', () => {
    interactions.try((scenario) => {
      const values = valuesOf(playThrough(operator, scenario)) as GeminiChunk[];
      const inputs = inputsOf(scenario);
      let last = -1;
      values.forEach(({ interaction }, index) => {
        if (!interaction) return;
        // The object of one of the chunks: an operator neither makes nor copies a place.
        const place = inputs.findIndex((one) => one.interaction === interaction);
        expect(place).toBeGreaterThan(last);
        last = place;
        const emitted = mergeAll(values.slice(0, index + 1));
        const covered = mergeAll(inputs.slice(0, place + 1));
        expect(Number(emitted.responseId ?? -1)).toBeGreaterThanOrEqual(Number(covered.responseId ?? -1));
        expect(charsOf(emitted)).toBeGreaterThanOrEqual(charsOf(covered));
      });
      const isWhole = scenario.end.kind === 'complete' || !operator.waitsForCompletion;
      if (isWhole && !operator.endsEarly) expect(last).toBe(inputs.length - 1);
    });
  });
});

type Ending = NonNullable<Played['ending']>;

/** An ending without the partial: that has the notes of notices. */
function outcomeOf(ending: { at: number; kind: string; cause?: unknown } | undefined): unknown {
  if (ending?.kind !== 'error') return ending && { at: ending.at, kind: ending.kind };
  const { kind, message } = ending.cause as GeminiError;
  return { at: ending.at, kind: ending.kind, cause: { kind, message } };
}

/** The length of all texts: of thoughts and of other candidates, too. */
function charsOf({ candidates = [] }: GeminiChunk): number {
  const parts = candidates.flatMap(({ content }) => content?.parts ?? []);
  return parts.reduce((chars, { text = '' }) => chars + text.length, 0);
}

/** The values and their times: all but the notices, and without the notes that were merged into other chunks. */
function saidIn({ emissions, ending }: Played): unknown {
  const said = emissions
    .map(({ at, value }) => ({ at, value: value as GeminiChunk & { readonly [note]?: unknown } }))
    .filter(({ value }) => !isNotice(value))
    .map(({ at, value: { [note]: _, ...value } }) => ({ at, value }));
  return { said, outcome: outcomeOf(ending) };
}
