import type { Observable } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertFunction, assertOptions, typeError } from '../rx/assertions.js';
import { chunk } from './chunks.js';
import { expectSameFrames } from './expectSameFrames.js';

/** A reply of {@link marbles}, with its subscriptions for `expectSubscriptions`. @public */
export interface MarbleReply extends Observable<GeminiChunk> {
  /** The frames of each subscription and unsubscription. */
  readonly subscriptions: Parameters<RunHelpers['expectSubscriptions']>[0];
}

/** Makes a reply from a marble diagram; see {@link MarbleHelpers}. @public */
export type MakeMarbleReply = (
  marbles: string,
  values?: Readonly<Record<string, string | GeminiChunk>>,
  error?: unknown,
) => MarbleReply;

/** The helpers of a test in {@link marbles}: those of rxjs's `TestScheduler.run`, and two for replies. @public */
export interface MarbleHelpers extends RunHelpers {
  /**
   * Makes a cold reply. A letter stands for the chunk in `values`, a chunk of the text in `values`, or else a chunk of
   * the letter itself; `|` completes, `#` fails with `error`. A frame is 1 ms.
   */
  readonly reply: MakeMarbleReply;
  /** Makes a hot reply, which runs with or without a subscriber; `^` is the start of the test. */
  readonly hotReply: MakeMarbleReply;
}

/** Options of {@link marbles}. @public */
export interface MarblesOptions {
  /**
   * Compares two lists of frames and throws if they differ. With `(actual, expected) => expect(actual).toEqual(expected)`,
   * your test framework shows the difference. @defaultValue a comparison whose error lists both
   */
  readonly assertDeepEqual?: ((actual: unknown, expected: unknown) => void) | undefined;
}

/**
 * Makes a test in virtual time, as a function for `it` of any test framework: a minute passes at once, and times are
 * exact. Operators of rxjs and of this library run in virtual time; promises, and so the SDK and {@link fakeGemini}, do
 * not.
 *
 * @param test - The test, a synchronous function; its expectations are checked when it has returned.
 * @param options - See {@link MarblesOptions}.
 * @returns The test to run; it throws the error of the comparison.
 * @example
 * ```ts
 * // In a suite: it('shows a reply as it grows', marbles((m) => { … }));
 * const test = marbles((m) => {
 *   const reply$ = m.reply(' -a---b---|', { a: 'Hello, ', b: 'world' });
 *   const subs = '           ^--------!';
 *   const expected = '       -x---y---|';
 *   const result = reply$.pipe(toText(), scan((text, delta) => text + delta));
 *   m.expectObservable(result).toBe(expected, { x: 'Hello, ', y: 'Hello, world' });
 *   m.expectSubscriptions(reply$.subscriptions).toBe(subs);
 * });
 * test();
 * ```
 * @public
 */
export function marbles(test: (helpers: MarbleHelpers) => void, options: MarblesOptions = {}): () => void {
  assertOptions(options);
  const { assertDeepEqual = expectSameFrames } = options;
  if (typeof test !== 'function') throw typeError('test', 'a function', test);
  assertFunction('assertDeepEqual', assertDeepEqual);
  return () => {
    new TestScheduler(assertDeepEqual).run((helpers) => {
      test({
        ...helpers,
        reply: (diagram, values, error) => helpers.cold(diagram, diagramChunks(diagram, values), error),
        hotReply: (diagram, values, error) => helpers.hot(diagram, diagramChunks(diagram, values), error),
      });
    });
  };
}

function diagramChunks(diagram: string, values: Parameters<MakeMarbleReply>[1] = {}): Record<string, GeminiChunk> {
  const entries = Array.from(diagram, (letter): [string, GeminiChunk] => {
    const value = values[letter] ?? letter;
    return [letter, typeof value === 'string' ? chunk(value) : value];
  });
  return Object.fromEntries(entries);
}
