import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { defer, finalize, Subject, type Observable } from 'rxjs';
import { omitFields } from '../../src/chunk/copyFields.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { parsePosition } from '../../src/chunk/replyPosition.js';
import { withoutWaits } from '../../src/chunk/withoutWaits.js';
import { isGeminiError, type GeminiError } from '../../src/errors/geminiError.js';
import { chunk } from '../../src/testing/chunks.js';

/** All that a subscription has received so far. */
export interface Watched {
  readonly values: GeminiChunk[];
  error: unknown;
  isComplete: boolean;
  /** Resolves at the end. */
  readonly ended: Promise<Watched>;
  readonly unsubscribe: () => void;
}

/** Subscribes, and notes all. */
export function watch(source: Observable<GeminiChunk>): Watched {
  let settle: (watched: Watched) => void;
  const ended = new Promise<Watched>((resolve) => {
    settle = resolve;
  });
  const watched: Watched = {
    values: [],
    error: undefined,
    isComplete: false,
    ended,
    unsubscribe: () => {
      subscription.unsubscribe();
    },
  };
  const subscription = source.subscribe({
    next: (value) => watched.values.push(value),
    error: (cause: unknown) => {
      watched.error = cause;
      settle(watched);
    },
    complete: () => {
      watched.isComplete = true;
      settle(watched);
    },
  });
  return watched;
}

/** A reply that the test drives, and a count of its subscriptions. */
export function drivenReply() {
  const chunk$ = new Subject<GeminiChunk>();
  const count = { subscribed: 0, closed: 0 };
  const reply$ = defer(() => {
    count.subscribed += 1;
    return chunk$;
  }).pipe(finalize(() => (count.closed += 1)));
  const say = (...texts: string[]) => {
    for (const text of texts) chunk$.next(chunk(text));
  };
  return { reply$, chunk$, say, count };
}

/** Resolves when a condition holds; the test's own timeout is the limit. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The text of all that a follower has received. */
export const textOfAll = (values: readonly GeminiChunk[]) => values.map(({ text }) => text).join('');

/**
 * THE INVARIANT: a follower has received a beginning of the reply, in order, each chunk once and unchanged, its first one
 * perhaps as a merge; then either the rest, or a typed error.
 *
 * @param sent - All chunks of the reply, also the last one that is marked `cancelled`.
 * @param start - The index of the first chunk that the follower has asked for.
 * @returns The number of the chunks of the reply that the follower has.
 */
export function checkFollowed(
  sent: readonly GeminiChunk[],
  { values, error, isComplete }: Pick<Watched, 'values' | 'error' | 'isComplete'>,
  start = 0,
): number {
  let next = start;
  let run: string | undefined;
  for (const [at, value] of values.entries()) {
    const position = parsePosition(value.position ?? '');
    ok(position, 'a chunk without a position');
    run ??= position.run;
    strictEqual(position.run, run, 'chunks of two runs');
    strictEqual(position.start, start, 'another start');
    const content = omitFields(value, new Set(['position']));
    if (position.index === next - 1) {
      strictEqual(at, 0, 'a place after a chunk');
      deepStrictEqual(content, emptyChunk);
      continue;
    }
    const end = position.index + 1;
    ok(end > next && end <= sent.length, `chunk ${String(position.index)} after chunk ${String(next - 1)}`);
    if (at > 0) strictEqual(end, next + 1, 'chunks were merged, or are missing');
    const expected = sent.slice(next, end);
    if (expected.length === 1 && at > 0) deepStrictEqual(content, omitFields(expected[0]!, new Set(['position'])));
    else {
      const merged = expected.reduce(mergeChunks, emptyChunk);
      deepStrictEqual(withoutWaits(content), omitFields(withoutWaits(merged), new Set(['position'])));
    }
    next = end;
  }
  if (isComplete) strictEqual(next, sent.length, 'complete, but not whole');
  if (error !== undefined && !isGeminiError(error)) throw new Error('Not a GeminiError', { cause: error });
  return next;
}

/** The error of a follower. */
export function errorOf({ error }: Watched): GeminiError {
  if (!isGeminiError(error)) throw new Error('Not a GeminiError', { cause: error });
  return error;
}
