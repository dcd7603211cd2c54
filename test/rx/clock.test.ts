import { concat, map, merge, NEVER, of, take, tap, throwError, timer, type Observable, type Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { inspectReply } from '../../operators/measure/inspectReply.js';
import { record } from '../../src/recording/record.js';
import { renderEvery } from '../../operators/show/renderEvery.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { smoothText } from '../../operators/show/smoothText.js';
import { timeoutReply } from '../../operators/protect/timeoutReply.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { withProgress } from '../../operators/show/withProgress.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hedge } from '../../operators/protect/hedge.js';
import { createRateLimiter } from '../../operators/protect/createRateLimiter.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toSseText } from '../../src/sinks/toSseText.js';
import { replay } from '../../src/recording/replay.js';
import { chunk } from '../../src/testing/chunks.js';

/** A chunk every 30 ms, 60 of them, and silence after that. */
const reply$: Observable<GeminiChunk> = concat(
  timer(0, 30).pipe(
    take(60),
    map((n) => chunk(`word${n} `)),
  ),
  NEVER,
);
const recording = [
  '{"recording":"rxjs-gemini","version":1}',
  ...Array.from({ length: 20 }, (_, n) => JSON.stringify({ t: n * 100, chunk: chunk('x') })),
  '{"t":2000,"end":"complete"}',
].join('\n');
const busy = new GeminiError('busy', { kind: 'rate_limit', retryAfter: 1_500 });
const limited = () => {
  const limit = createRateLimiter({ requestsPerMinute: 2 }).limit();
  return merge(...Array.from({ length: 5 }, () => of(chunk('a')).pipe(limit)));
};

/** Everything that waits or measures, as what it emits. */
const users: Record<string, (say: (what: unknown) => void) => Observable<unknown>> = {
  'a heartbeat': () => NEVER.pipe(toSseText({ heartbeat: 100 })),
  'a heartbeat among chunks': () => reply$.pipe(toSseText({ heartbeat: 100 })),
  smoothText: () => reply$.pipe(smoothText()),
  'smoothText by graphemes': () => reply$.pipe(smoothText({ by: 'grapheme', maxLag: 1_000 })),
  bufferChunks: () => reply$.pipe(bufferChunks({ maxWait: 70 })),
  renderEvery: () => reply$.pipe(renderEvery({ interval: 70 })),
  'timeoutReply first': () => NEVER.pipe(timeoutReply({ first: 1_300 })),
  'timeoutReply each': () => reply$.pipe(timeoutReply({ each: 500 })),
  'timeoutReply total': () => reply$.pipe(timeoutReply({ total: 1_300 })),
  retryTransient: () => throwError(() => busy).pipe(retryTransient({ count: 2 })),
  createRateLimiter: limited,
  hedge: () => hedge([NEVER, NEVER, reply$], { after: 500 }),
  replay: () => replay(recording),
  withMetrics: () => reply$.pipe(withMetrics()),
  withProgress: () => reply$.pipe(withProgress({ expectedTokens: 90 })),
  record: (say) => reply$.pipe(record({ write: say })),
  inspect: (say) => reply$.pipe(inspectReply('x', { write: say })),
};

/** What comes, and when, while the system's clock is set by `jump` each second. */
function observe(use: (say: (what: unknown) => void) => Observable<unknown>, jump: number, tools = {}): unknown[] {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 28), ...tools });
  const start = performance.now();
  const seen: unknown[] = [];
  const say = (what: unknown) => seen.push([performance.now() - start, what]);
  const subscription: Subscription = use(say)
    .pipe(tap({ complete: () => say('complete') }))
    .subscribe({ next: say, error: say });
  for (let second = 0; second < 200; second++) {
    vi.advanceTimersByTime(1_000);
    vi.setSystemTime(Date.now() + jump);
  }
  subscription.unsubscribe();
  vi.useRealTimers();
  return seen;
}

describe('the system clock', () => {
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it.each(Object.entries(users))('has no effect when it is set: %s', (_, use) => {
    const expected = observe(use, 0);
    expect(expected.length).toBeGreaterThan(0);
    for (const jump of [-3_600_000, -60_000, -700, 700, 60_000, 3_600_000])
      expect(observe(use, jump)).toEqual(expected);
  });

  // Those of Node, Jasmine and Angular's `fakeAsync`.
  const tools = { toFake: ['Date', 'setInterval', 'clearInterval'] };
  const isPaced = (name: string) => name.startsWith('smoothText');

  it.each(Object.entries(users).filter(([name]) => !isPaced(name)))(
    'may be moved without the other clocks by test tools: %s',
    (_, use) => {
      const expected = observe(use, 0).length;
      // Under such tools the clock of the process moves by the time that the test takes, which differs: here it stands.
      vi.spyOn(performance, 'now').mockReturnValue(1_000);
      expect(observe(use, 0, tools)).toHaveLength(expected);
    },
  );

  // How many pieces there are depends on the clock that measures the pace, which runs on meanwhile.
  it.each(Object.entries(users).filter(([name]) => isPaced(name)))(
    'loses no text under test tools that move only this clock: %s',
    (_, use) => {
      const textOf = (seen: unknown[]) => (seen as [number, GeminiChunk][]).map(([, { text }]) => text).join('');
      expect(textOf(observe(use, 0, tools))).toBe(textOf(observe(use, 0)));
    },
  );
});

describe('timers of a test tool that does not move the clock of the process', () => {
  it.each<['Date' | 'clearInterval', number]>([
    ['Date', 0],
    ['Date', -3_600_000],
    ['Date', 3_600_000],
    ['clearInterval', 0],
  ])('send each heartbeat, with %s faked too and the system clock set by %d ms', (faked, jump) => {
    vi.useFakeTimers({ toFake: ['setInterval', faked] });
    const emitted = vi.fn();
    const subscription = NEVER.pipe(toSseText({ heartbeat: 100 })).subscribe(emitted);
    vi.advanceTimersByTime(250);
    if (jump !== 0) vi.setSystemTime(Date.now() + jump);
    vi.advanceTimersByTime(250);
    subscription.unsubscribe();
    expect(emitted).toHaveBeenCalledTimes(1 + 5);
  });

  it.each([-3_600_000, 3_600_000])('ends no wait early, the clock set by %d ms', (jump) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const failed = vi.fn();
    const subscription = concat(timer(40).pipe(map(() => chunk('a'))), NEVER)
      .pipe(timeoutReply({ each: 1_000 }))
      .subscribe({ error: failed });
    vi.advanceTimersByTime(300);
    vi.setSystemTime(Date.now() + jump);
    vi.advanceTimersByTime(739);
    expect(failed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(failed).toHaveBeenCalledTimes(1);
    subscription.unsubscribe();
  });
});
