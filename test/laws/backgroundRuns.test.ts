import { concat, defer, map, merge, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { createRateLimiter } from '../../operators/protect/createRateLimiter.js';
import { fallback } from '../../operators/protect/fallback.js';
import { resumeOnDrop } from '../../operators/protect/resumeOnDrop.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { timeoutReply } from '../../operators/protect/timeoutReply.js';
import type { ReplyInteraction } from '../../src/chunk/annotations.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { play, valuesOf } from './scenario.js';

const lost = new GeminiError('Reset', { kind: 'network' });
/** An error of an operator between the source and those below: `toGeminiError` makes it retryable. */
const foreign = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });

const background: ReplyInteraction = { id: 'v1_a', status: 'in_progress', cursor: '0', background: true };
const others: readonly (readonly [string, ReplyInteraction | undefined])[] = [
  ['no interaction', undefined],
  ['an interaction in the foreground', { id: 'v1_a', status: 'in_progress', cursor: '0' }],
  ['an interaction without an id', { ...background, id: '' }],
];

/** A source that counts the runs that it starts: the begin of a reply, then the rest. */
function counted(interaction: ReplyInteraction | undefined, rest$: Observable<GeminiChunk>) {
  let runs = 0;
  const reply$ = defer(() => {
    runs += 1;
    return concat(of<GeminiChunk>({ text: '', ...(interaction && { interaction }) }), rest$);
  });
  return { reply$, runs: () => runs };
}

/** Plays to the end, long enough for all retries. */
function runsOf(interaction: ReplyInteraction | undefined, rest$: Observable<GeminiChunk>, below: Below) {
  const { reply$, runs } = counted(interaction, rest$);
  const { ending, emissions } = play(below(reply$));
  return { runs: runs(), error: ending?.cause as GeminiError, values: valuesOf({ emissions } as never) };
}

type Below = (reply$: Observable<GeminiChunk>) => Observable<GeminiChunk>;

const inOrder: Below = (reply$) =>
  reply$.pipe(
    timeoutReply({ first: 1_000 }),
    classifyErrors(),
    createRateLimiter({ concurrency: 5 }).limit(),
    retryTransient({ jitter: false }),
    resumeOnDrop({ continueWith: () => reply$ }),
  );

const failures: readonly (readonly [string, Observable<GeminiChunk>])[] = [
  ['a failure that is retryable', throwError(() => lost)],
  ['an error of another library', throwError(() => foreign)],
  ['the limit `first` of timeoutReply', NEVER],
  ['a finish that is retryable', of(finishChunk('MALFORMED_FUNCTION_CALL'))],
  ['a reply without a finish', of()],
];

describe('A background run that has an id', () => {
  it.each(failures)('is not started again after %s, in the documented order', (_, rest$) => {
    const { runs, error } = runsOf(background, rest$, inOrder);
    expect(runs).toBe(1);
    expect(error).toMatchObject({ retryable: false, partial: { interaction: background } });
  });

  it.each(others)('is the only reply that is not started again: %s', (_, interaction) => {
    for (const [, rest$] of failures) expect(runsOf(interaction, rest$, inOrder).runs).toBe(4);
  });

  it.each([
    ['retryTransient', retryTransient({ jitter: false })],
    ['resumeOnDrop', resumeOnDrop({ continueWith: () => throwError(() => new Error('asked')) })],
  ] as const)('is not started again by %s alone, after an error of another library', (_, operator) => {
    for (const rest$ of [
      throwError(() => foreign),
      concat(
        of(chunk('a')),
        throwError(() => foreign),
      ),
    ]) {
      const { runs, error } = runsOf(background, rest$, (reply$) => reply$.pipe(operator));
      expect(runs).toBe(1);
      expect(error.kind).toBe('network');
      expect(error.cause).not.toMatchObject({ message: 'asked' });
    }
  });

  it('is not replaced by the next source of fallback', () => {
    for (const rest$ of [throwError(() => lost), throwError(() => foreign)]) {
      const { error, values } = runsOf(background, rest$, (reply$) => fallback([reply$, of(chunk('second'))]));
      expect(error).toMatchObject({ kind: 'network', retryable: false });
      expect(values).toEqual([{ text: '', interaction: background }]);
    }
    const { values } = runsOf(
      others[1]![1],
      throwError(() => lost),
      (reply$) => fallback([reply$, of(chunk('second'))]),
    );
    expect(values.filter((value) => !(value as GeminiChunk).retrying)).toEqual([chunk('second')]);
  });

  it('is not retryable for timeoutReply, from the chunk with its id on', () => {
    const late$ = merge(timer(20).pipe(map((): GeminiChunk => ({ text: '', interaction: background }))), NEVER);
    const { error } = runsOf(undefined, late$, (reply$) => reply$.pipe(timeoutReply({ first: 30 })));
    expect(error).toMatchObject({ kind: 'timeout', retryable: false });
  });
});
