import fc, { type Arbitrary } from 'fast-check';
import { merge, mergeMap, NEVER, Observable, of, Subscription, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiResponse } from '../../src/chunk/response.js';
import { toChunk } from '../../src/chunk/toChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { arbitraryChunk } from '../support/arbitraryChunks.js';
import { deepFreeze } from '../support/deepFreeze.js';

/** A stream of chunks as the wire may bring it. Times are in virtual ms; chunks at 0 come synchronously. */
export interface Scenario {
  readonly chunks: readonly { readonly at: number; readonly chunk: GeminiChunk }[];
  readonly end: { readonly at: number; readonly kind: 'complete' | 'error' | 'never' };
}

/** The failure of a failing scenario: nothing retries or converts it. */
export const failure = new GeminiError('The source failed', { kind: 'invalid_request' });

const gap = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.constantFrom(1, 7, 20, 45) });

/** Any scenario that ends in one of the given ways. */
export function arbitraryScenario(...kinds: Scenario['end']['kind'][]): Arbitrary<Scenario> {
  return scenarioOf(arbitraryChunk, kinds);
}

/** An annotation that no operator knows, which tells a notice from the annotations of operators. */
export const note = 'note';

/** A scenario with notices in it, before, between and after its chunks. */
export const arbitraryScenarioWithNotices: Arbitrary<Scenario> = scenarioOf(
  fc.oneof({ weight: 2, arbitrary: arbitraryChunk }, { weight: 1, arbitrary: fc.nat().map(notice) }),
  ['complete', 'error'],
);

function notice(n: number): GeminiChunk {
  return deepFreeze({ text: '', [note]: n });
}

/**
 * A scenario of an interaction: each chunk has a place, whose cursor is the index of the chunk, and each chunk that is
 * not a notice has that index as its `responseId` as well, which operators hold like any field of the server.
 */
export const arbitraryInteraction: Arbitrary<Scenario> = scenarioOf(
  fc.oneof(
    { weight: 2, arbitrary: arbitraryChunk },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }).map((text) => toChunk(textResponse(text))) },
    { weight: 1, arbitrary: fc.constant(emptyChunk) },
  ),
  ['complete', 'error'],
).map(({ chunks, end }) => ({
  chunks: chunks.map((step, index) => ({ ...step, chunk: placed(step.chunk, index) })),
  end,
}));

function textResponse(text: string): GeminiResponse {
  return { candidates: [{ content: { role: 'model', parts: [{ text }] } }] };
}

function placed(chunk: GeminiChunk, index: number): GeminiChunk {
  const status = index % 3 === 0 ? 'queued' : 'in_progress';
  const interaction = { id: 'v1_a', status, cursor: String(index), background: true };
  return deepFreeze({ ...chunk, ...(chunk !== emptyChunk && { responseId: String(index) }), interaction });
}

function scenarioOf(chunk: Arbitrary<GeminiChunk>, kinds: readonly Scenario['end']['kind'][]): Arbitrary<Scenario> {
  return fc
    .record({
      steps: fc.array(fc.record({ gap, chunk }), { maxLength: 8 }),
      endGap: gap,
      kind: fc.constantFrom(...kinds),
    })
    .map(({ steps, endGap, kind }) => {
      let at = 0;
      const chunks = steps.map((step) => ({ at: (at += step.gap), chunk: step.chunk }));
      return { chunks, end: { at: at + endGap, kind } };
    });
}

export function inputsOf({ chunks }: Scenario): GeminiChunk[] {
  return chunks.map(({ chunk }) => chunk);
}

export function mergeAll(chunks: readonly GeminiChunk[]): GeminiChunk {
  const builder = new ChunkBuilder();
  for (const chunk of chunks) builder.append(chunk);
  return builder.snapshot();
}

/** The source of a scenario, which counts its subscriptions. */
export class ScenarioSource {
  /** All subscriptions so far. */
  subscriptions = 0;
  /** Those that are open. */
  active = 0;
  readonly chunks$: Observable<GeminiChunk>;

  constructor({ chunks, end }: Scenario) {
    const ending$ = { complete: of('end' as const), error: throwError(() => failure), never: NEVER }[end.kind];
    // All timers are set at once, so that the order within one frame does not depend on earlier frames.
    const steps = [...chunks.map(({ at, chunk }) => after(at, of(chunk))), after(end.at, ending$)];
    this.chunks$ = new Observable<GeminiChunk>((subscriber) => {
      this.subscriptions += 1;
      this.active += 1;
      let isActive = true;
      // A source that ends is over before those below hear of it.
      const leave = () => {
        if (isActive) this.active -= 1;
        isActive = false;
      };
      subscriber.add(leave);
      subscriber.add(
        merge(...steps).subscribe({
          next: (step) => {
            if (step !== 'end') subscriber.next(step);
            else {
              leave();
              subscriber.complete();
            }
          },
          error: (cause: unknown) => {
            leave();
            subscriber.error(cause);
          },
        }),
      );
    });
  }
}

function after<T>(at: number, step$: Observable<T>): Observable<T> {
  return at === 0 ? step$ : timer(at).pipe(mergeMap(() => step$));
}

/** The notifications that a subscriber got from a scenario through an operator. */
export interface Played {
  readonly emissions: readonly { readonly at: number; readonly value: unknown }[];
  /** Its end; undefined if it did not end. */
  readonly ending: { readonly at: number; readonly kind: 'complete' | 'error'; readonly cause?: unknown } | undefined;
  /** The number of notifications after an end or after the unsubscription. */
  readonly tooLate: number;
  /** When the last timer ran, whoever set it. */
  readonly lastTimer: number;
}

/** Subscribes in virtual time, runs until no timer is left, and leaves what has not ended. */
export function play(result$: Observable<unknown>, hooks: { at?: number; leave?: () => void } = {}): Played {
  const emissions: { at: number; value: unknown }[] = [];
  let ending: Played['ending'];
  let isOver = false;
  let tooLate = 0;
  const subscription = new Subscription();
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ flush }) => {
    const see = (record: () => void) => {
      if (isOver) tooLate += 1;
      else record();
    };
    const end = (kind: 'complete' | 'error', cause?: unknown) =>
      see(() => {
        isOver = true;
        ending = { at: scheduler.frame, kind, cause };
      });
    subscription.add(
      result$.subscribe({
        next: (value) => see(() => emissions.push({ at: scheduler.frame, value })),
        error: (cause: unknown) => end('error', cause),
        complete: () => end('complete'),
      }),
    );
    const { at, leave } = hooks;
    if (at !== undefined) {
      scheduler.schedule(() => {
        subscription.unsubscribe();
        isOver = true;
        leave?.();
      }, at);
    }
    flush();
  });
  const played = { emissions, ending, tooLate, lastTimer: scheduler.frame };
  // What a reply does in the background, such as renewing its lease, runs in real time, also within later tests.
  subscription.unsubscribe();
  return played;
}

export function valuesOf({ emissions }: Played): unknown[] {
  return emissions.map(({ value }) => value);
}
