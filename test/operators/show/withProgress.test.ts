import { EMPTY, NEVER, Observable, of, Subject, take, throwError, toArray, type OperatorFunction } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { withProgress } from '../../../operators/show/withProgress.js';
import type { ReplyProgress, WithProgress } from '../../../src/chunk/annotations.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from '../../../src/testing/chunks.js';
import { marbles } from '../../support/marbles.js';

const waiting: ReplyProgress = { phase: 'waiting', percent: 0, outputTokens: 0, estimated: false, elapsed: 0 };

/** The progress of each emission for a reply of these chunks, all at once. */
function progressOf(chunks: readonly GeminiChunk[], expectedTokens?: number): ReplyProgress[] {
  const seen: ReplyProgress[] = [];
  of(...chunks)
    .pipe(withProgress({ expectedTokens }))
    .subscribe(({ progress }) => seen.push(progress));
  return seen.map((progress) => ({ ...progress, elapsed: 0 }));
}

function seenOf<F extends keyof ReplyProgress>(field: F, chunks: readonly GeminiChunk[], expectedTokens?: number) {
  return progressOf(chunks, expectedTokens).map((progress) => progress[field]);
}

describe('withProgress', () => {
  it(
    'adds the progress to each chunk, with a first notice if no chunk is emitted at once, and a notice at the end',
    marbles((m) => {
      const a = chunk('x'.repeat(40));
      const t = thoughtChunk('x'.repeat(40));
      const f = finishChunk('STOP', { candidatesTokenCount: 60, thoughtsTokenCount: 20 });
      const source = m.cold('  --t---a----f-|', { t, a, f });
      const subs = '           ^------------!';
      const expected = '       w-t---a----f-(d|)';
      const result = source.pipe(withProgress({ expectedTokens: 100 }));
      m.expectObservable(result).toBe(expected, {
        w: { text: '', progress: waiting },
        t: { ...t, progress: { phase: 'thinking', percent: 10, outputTokens: 10, estimated: true, elapsed: 2 } },
        a: {
          ...a,
          progress: { phase: 'answering', percent: 20, outputTokens: 20, estimated: true, elapsed: 6, remaining: 32 },
        },
        f: {
          ...f,
          progress: { phase: 'answering', percent: 80, outputTokens: 80, estimated: false, elapsed: 11, remaining: 3 },
        },
        d: {
          text: '',
          progress: { phase: 'complete', percent: 100, outputTokens: 80, estimated: false, elapsed: 13, remaining: 0 },
        },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  describe('phase', () => {
    it('is thinking while only thoughts have arrived, and answering from the first answer on', () => {
      const chunks = [usageChunk({ promptTokenCount: 3 }), thoughtChunk('Hm'), chunk('a'), thoughtChunk('Hm')];
      expect(seenOf('phase', chunks)).toEqual(['waiting', 'thinking', 'answering', 'answering']);
    });

    it('is answering at a call, a picture and the text of another candidate', () => {
      const picture = partsChunk([{ inlineData: { data: 'AA==', mimeType: 'image/png' } }]);
      const other: GeminiChunk = { text: '', candidates: [{ index: 1, content: { parts: [{ text: 'a' }] } }] };
      for (const answer of [callChunk('lookUp'), picture, other, { text: 'a' }]) {
        expect(seenOf('phase', [answer])).toEqual(['answering']);
      }
    });

    it('is answering where only a later candidate or a later part is an answer', () => {
      const answer = { content: { parts: [{ thought: true, text: 'Hm' }, { functionCall: { name: 'f' } }] } };
      const later: GeminiChunk = { text: '', candidates: [{ index: 0, content: { role: 'model' } }, answer] };
      expect(seenOf('phase', [later])).toEqual(['answering']);
    });

    it('is not complete before the stream has completed', () => {
      expect(seenOf('phase', [chunk('a'), finishChunk()])).toEqual(['answering', 'answering', 'complete']);
    });

    it.each(['cancelled', 'stopped'] as const)('is %s from that mark on, without a notice at the end', (mark) => {
      const marked: GeminiChunk = { text: '', [mark]: { reason: 'enough' } };
      const chunks = [chunk('a'), finishChunk(), marked, emptyChunk];
      expect(seenOf('phase', chunks)).toEqual(['answering', 'answering', mark, mark]);
      expect(Math.max(...seenOf('percent', chunks, 0.1))).toBe(99);
    });

    it('is cancelled if the reply has both marks', () => {
      const [stopped, cancelled] = ['stopped', 'cancelled'].map((mark) => ({ text: '', [mark]: { reason: 'enough' } }));
      expect(seenOf('phase', [stopped!, cancelled!, emptyChunk])).toEqual(['stopped', 'cancelled', 'cancelled']);
      expect(seenOf('phase', [cancelled!, stopped!, emptyChunk])).toEqual(['cancelled', 'cancelled', 'cancelled']);
    });
  });

  describe('the notice at the end', () => {
    it('comes after a finish with content in its chunk, and after a bad finish', () => {
      const last = partsChunk([{ text: 'a' }]);
      const finished = { ...last, candidates: [{ ...last.candidates![0]!, finishReason: 'SAFETY' }] };
      expect(seenOf('phase', [finished])).toEqual(['answering', 'complete']);
    });

    it('does not come without a finish', () => {
      expect(seenOf('phase', [chunk('a')])).toEqual(['answering']);
      expect(seenOf('phase', [])).toEqual(['waiting']);
    });

    it('does not come when content cleared the finish', () => {
      const reply = [chunk('a'), finishChunk(), chunk('b')];
      expect(seenOf('phase', reply)).not.toContain('complete');
      expect(seenOf('phase', [...reply, finishChunk()])).toContain('complete');
    });

    it('comes when only token counts, or another candidate, follow the finish', () => {
      const other: GeminiChunk = { text: '', candidates: [{ index: 1, content: { parts: [{ text: 'b' }] } }] };
      const chunks = [chunk('a'), finishChunk(), usageChunk({ candidatesTokenCount: 1 }), other];
      expect(seenOf('phase', chunks)).toContain('complete');
    });
  });

  describe('percent', () => {
    it('counts to 1000 tokens by default', () => {
      expect(seenOf('percent', [chunk('x'.repeat(400))])).toEqual([10]);
    });

    it('is at most 99 before the end', () => {
      const chunks = [chunk('x'.repeat(8_000)), finishChunk()];
      expect(seenOf('percent', chunks)).toEqual([99, 99, 100]);
    });

    it('does not decrease when the report is lower than the estimate', () => {
      const chunks = [chunk('x'.repeat(400)), usageChunk({ candidatesTokenCount: 20 }), finishChunk()];
      expect(seenOf('percent', chunks, 200)).toEqual([50, 50, 50, 100]);
      expect(seenOf('outputTokens', chunks, 200)).toEqual([100, 20, 20, 20]);
    });
  });

  it('marks the counts that are estimated', () => {
    const reported = chunk('x'.repeat(8), { usageMetadata: { candidatesTokenCount: 5 } });
    const chunks = [chunk('x'.repeat(8)), reported, chunk('x'.repeat(8))];
    expect(seenOf('estimated', chunks)).toEqual([true, false, true]);
    expect(seenOf('outputTokens', chunks)).toEqual([2, 5, 7]);
  });

  it(
    'has no remaining time without a pace, beyond the expected tokens, and once the reply was cut short',
    marbles((m) => {
      const x: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
      const source = m.cold('-a-a-a-(ax|)', { a: chunk('x'.repeat(40)), x });
      const remaining: unknown[] = [];
      source.pipe(withProgress({ expectedTokens: 35 })).subscribe({
        next: ({ progress }) => remaining.push(progress.remaining),
        complete() {
          expect(remaining).toEqual([undefined, undefined, 3, 1, undefined, undefined]);
        },
      });
      m.flush();
      expect(remaining).toHaveLength(6);
    }),
  );

  describe('the remaining time', () => {
    const t = thoughtChunk('x'.repeat(40));
    const a = chunk('x'.repeat(40));
    const x: GeminiChunk = { text: '', cancelled: { reason: 'enough' } };
    const r = chunk('x'.repeat(360));
    const notice: GeminiChunk = { text: '', queued: { position: 1 } };

    it.each<[string, string, (number | undefined)[]]>([
      ['counts the pace from the first content', '-n---a-a', [undefined, undefined, undefined, 16]],
      ['is known while the model thinks', '-t-t', [undefined, undefined, 16]],
      ['is unknown once the reply is cancelled', '-a-ax', [undefined, undefined, 16, undefined]],
      ['is unknown at a pace of zero', '-a-n', [undefined, undefined, undefined]],
      ['is unknown with exactly the expected tokens', '-a-r', [undefined, undefined, undefined]],
    ])('%s', (_, diagram, expected) => {
      const remaining: (number | undefined)[] = [];
      marbles((m) => {
        const source = m.cold(diagram, { t, a, r, x, n: notice });
        source.pipe(withProgress({ expectedTokens: 100 })).subscribe(({ progress }) => {
          remaining.push(progress.remaining);
          expect('remaining' in progress).toBe(progress.remaining !== undefined);
        });
      })();
      expect(remaining).toEqual(expected);
    });
  });

  it(
    'passes an error through without a further notice',
    marbles((m) => {
      const source = m.cold('  --f-#', { f: finishChunk() });
      const subs = '           ^---!';
      const expected = '       w-f-#';
      const result = source.pipe(withProgress());
      m.expectObservable(result).toBe(expected, {
        w: { text: '', progress: waiting },
        f: { ...finishChunk(), progress: { ...waiting, elapsed: 2 } },
      });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'is waiting with a source that is empty, silent or failing',
    marbles((m) => {
      const w = { text: '', progress: waiting };
      m.expectObservable(EMPTY.pipe(withProgress())).toBe('(w|)', { w });
      m.expectObservable(NEVER.pipe(withProgress())).toBe('w', { w });
      m.expectObservable(throwError(() => 'e').pipe(withProgress())).toBe('(w#)', { w }, 'e');
    }),
  );

  it(
    'unsubscribes from its source when it is unsubscribed',
    marbles((m) => {
      const source = m.cold('  ---f|', { f: finishChunk() });
      const unsub = '          --!';
      const expected = '       w--';
      const subs = '           ^-!';
      const w = { text: '', progress: waiting };
      m.expectObservable(source.pipe(withProgress()), unsub).toBe(expected, { w });
      m.expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it('makes the request before its first notice, and closes it for a consumer that takes one value', () => {
    const source = new Subject<GeminiChunk>();
    const phases: string[] = [];
    source.pipe(withProgress(), take(1)).subscribe(({ progress }) => {
      phases.push(progress.phase);
      expect(source.observed).toBe(true);
    });
    expect(phases).toEqual(['waiting']);
    expect(source.observed).toBe(false);
  });

  it('unsubscribes from an endless synchronous source when its result is closed', () => {
    const endless = new Observable<GeminiChunk>((destination) => {
      while (!destination.closed) destination.next(chunk('abcd'));
    });
    const tokens: number[] = [];
    endless.pipe(withProgress(), take(3)).subscribe(({ progress }) => tokens.push(progress.outputTokens));
    expect(tokens).toEqual([1, 2, 3]);
  });

  it('shares no state between subscriptions', () => {
    const source = new Subject<GeminiChunk>();
    const result = source.pipe(withProgress());
    const first: number[] = [];
    const second: number[] = [];
    result.subscribe(({ progress }) => first.push(progress.outputTokens));
    source.next(chunk('abcd'));
    result.subscribe(({ progress }) => second.push(progress.outputTokens));
    source.next(chunk('abcd'));
    expect(first).toEqual([0, 1, 2]);
    expect(second).toEqual([0, 1]);
  });

  it('keeps other annotations, and does not mutate the chunk', () => {
    const marked = Object.freeze({ ...chunk('a'), mark: 7 });
    const seen: unknown[] = [];
    of(marked)
      .pipe(withProgress(), toArray())
      .subscribe(([annotated]) => seen.push(annotated));
    expect(seen).toMatchObject([{ ...marked, progress: { phase: 'answering' } }]);
  });

  it('throws at the call for wrong options', () => {
    const sentence = 'Expected `expectedTokens` to be a positive number, got 0';
    expect(() => withProgress({ expectedTokens: 0 })).toThrow(new RangeError(sentence));
    for (const expectedTokens of [-1, NaN, Infinity]) {
      expect(() => withProgress({ expectedTokens })).toThrow(RangeError);
    }
  });

  it('requires the annotation in its result', () => {
    type Marked = GeminiChunk & { readonly mark: number };
    type Annotated = Marked & WithProgress;
    expectTypeOf<WithProgress>().toEqualTypeOf<{ readonly progress: ReplyProgress }>();
    expectTypeOf(withProgress<Marked>()).toEqualTypeOf<OperatorFunction<Marked, Annotated>>();
    expectTypeOf((EMPTY as Observable<Marked>).pipe(withProgress())).toEqualTypeOf<Observable<Annotated>>();
  });
});
