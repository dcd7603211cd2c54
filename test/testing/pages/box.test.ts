import {
  asyncScheduler,
  defer,
  distinctUntilChanged,
  map,
  of,
  Subject,
  switchMap,
  takeUntil,
  timer,
  type Observable,
} from 'rxjs';
import { GeminiError, protectReply, toReplyState, type GeminiChunk, type ReplyState } from 'rxjs-gemini';
import { chunk, finishChunk, marbles } from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';

/** The lines of a state: one, or a countdown until the next attempt. */
function linesOf({ status, reply, retrying }: ReplyState): Observable<string> {
  if (status !== 'waiting') return of(reply.text);
  if (!retrying || retrying.delay === 0) return of('Thinking…');
  const seconds = Math.ceil(retrying.delay / 1000);
  return timer(0, 1000).pipe(map((passed) => `Again in ${seconds - passed} s`));
}

// The component: a question is asked, and a button stops its reply. In your project it is a file of its own.
class Box {
  readonly #question$ = new Subject<string>();
  readonly #stop$ = new Subject<void>();
  readonly line$: Observable<string>;

  constructor(askModel: (question: string) => Observable<GeminiChunk>) {
    const replyOf = (question: string) =>
      askModel(question).pipe(
        protectReply({ retry: { jitter: false } }),
        toReplyState(),
        switchMap(linesOf),
        takeUntil(this.#stop$),
      );
    this.line$ = this.#question$.pipe(switchMap(replyOf), distinctUntilChanged());
  }

  ask(question: string): void {
    this.#question$.next(question);
  }

  stop(): void {
    this.#stop$.next();
  }
}

describe('a component with methods', () => {
  it(
    'stops the reply at a click',
    marbles((m) => {
      const reply$ = m.reply('     --a---b---(f|)', { a: 'Hello, ', b: 'world.', f: finishChunk() });
      const asks = '          -----a';
      const stops = '         -----------s';
      const subs = '          -----^-----!';
      const expected = '      -----w-x';
      const box = new Box(() => reply$);
      m.expectObservable(box.line$).toBe(expected, { w: 'Thinking…', x: 'Hello, ' });
      m.expectSubscriptions(reply$.subscriptions).toBe(subs);
      m.cold(asks).subscribe(() => box.ask('Hi'));
      m.cold(stops).subscribe(() => box.stop());
    }),
  );

  it(
    'counts down until the next attempt',
    marbles((m) => {
      const busy = new GeminiError('Busy', { kind: 'overloaded', retryAfter: 2000 });
      const attempts = [m.reply('--#', {}, busy), m.reply('--a(f|)', { a: 'Hello', f: finishChunk() })];
      const box = new Box(() => defer(() => attempts.shift() ?? of(chunk('One attempt too many'))));
      const lines = { w: 'Thinking…', 2: 'Again in 2 s', 1: 'Again in 1 s', x: 'Hello' };
      m.expectObservable(box.line$).toBe('w-2 999ms 1 999ms w-x', lines);
      m.cold('a').subscribe(() => box.ask('Hi'));
    }),
  );

  it(
    'knows the time',
    marbles((m) => {
      const times: number[] = [];
      m.cold('-----a 1s b').subscribe(() => times.push(asyncScheduler.now()));
      m.flush();
      expect(times).toEqual([5, 1006]);
    }),
  );
});
