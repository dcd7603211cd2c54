import fc from 'fast-check';
import { createClient } from 'redis';
import { lastValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RateLimitSettings, RateLimitTicket } from '../../operators/protect/rateLimitStore.js';
import { RequestQueue } from '../../operators/protect/requestQueue.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { limitArguments, readAnswer, type LimitAnswer } from '../../src/redis/limitCalls.js';
import { limitKeyNames, limitScript } from '../../src/redis/limitScript.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redisServer.js';

/** More for a night's search: `LIMITER_RUNS=20000 npx vitest run test/redis/limitScript`. */
const numRuns = Number(process.env['LIMITER_RUNS'] ?? 600);

type Step =
  | { readonly do: 'come'; readonly key: string | undefined; readonly tokens: number }
  | { readonly do: 'leave'; readonly index: number }
  | { readonly do: 'report'; readonly index: number; readonly tokens: number }
  | { readonly do: 'pause' | 'wait'; readonly ms: number };

/** The events of a run: `0 begins at 5`, `1 is refused for 60000`, `2 is at 1 in 40000`. */
type Log = string[];

const at = (time: number, text: string): string => `${String(time)}: ${text}`;

const refused = (id: number, retryAfter: number | undefined): string =>
  `${String(id)} is refused for ${String(retryAfter)}`;

const placed = (id: number, position: number): string => `${String(id)} is at ${String(position)}`;

/** Runs the steps on the queue in memory, in virtual time. */
function runInMemory(settings: RateLimitSettings, steps: readonly Step[]): Log {
  vi.useFakeTimers();
  try {
    const start = Date.now();
    const log: Log = [];
    const queue = new RequestQueue(settings, settings.perKey, settings.maxKeys);
    const tickets = new Map<number, RateLimitTicket>();
    const positions = new Map<number, number>();
    let count = 0;
    for (const step of steps) {
      const id = count;
      if (step.do === 'come') {
        count += 1;
        try {
          const ticket = queue.join(step.key, step.tokens);
          tickets.set(id, ticket);
          ticket.place$.subscribe({
            next: ({ position }) => positions.set(id, position),
            complete: () => {
              positions.delete(id);
              log.push(at(Date.now() - start, `${String(id)} begins`));
            },
          });
        } catch (cause) {
          log.push(at(Date.now() - start, refused(id, (cause as GeminiError).retryAfter)));
        }
      }
      if (step.do === 'leave' || step.do === 'report') {
        const there = [...tickets.keys()];
        const chosen = there[step.index % there.length] ?? -1;
        if (step.do === 'leave') {
          positions.delete(chosen);
          tickets.get(chosen)?.leave();
          tickets.delete(chosen);
        } else if (!positions.has(chosen)) tickets.get(chosen)?.settle(step.tokens);
      }
      if (step.do === 'pause') [...tickets.values()][0]?.pause(step.ms);
      if (step.do === 'wait') vi.advanceTimersByTime(step.ms);
      const first = [...positions].filter(([, position]) => position <= 16).sort(([a], [b]) => a - b);
      log.push(...first.map(([one, position]) => placed(one, position)));
    }
    return log;
  } finally {
    vi.useRealTimers();
  }
}

/** The script on a server, at a time that the test sets. */
class ScriptRun {
  readonly #redis;
  readonly #base: string;
  readonly #settings: RateLimitSettings;
  time = 1_000_000;

  constructor(redis: ReturnType<typeof createClient>, base: string, settings: RateLimitSettings) {
    this.#redis = redis;
    this.#base = base;
    this.#settings = settings;
  }

  async call(operation: string, args: readonly (string | number)[] = [], process = 'p'): Promise<LimitAnswer> {
    const keys = limitKeyNames.map((name) => `${this.#base}:${name}`);
    const settings = { base: this.#base, process, lease: 1e9, limits: this.#settings };
    const all = limitArguments(settings, operation, `${this.#base}:changes`, { clock: this.time });
    return readAnswer(await lastValueFrom(limitScript.run(this.#redis, keys, [...all, ...args])));
  }
}

/** Runs the steps on the script. */
async function runOnServer(script: ScriptRun, settings: RateLimitSettings, steps: readonly Step[]): Promise<Log> {
  const start = script.time;
  const log: Log = [];
  const there = new Set<number>();
  const waiting = new Set<number>();
  const nameOf = (id: number) => `p:${String(id)}`;
  let count = 0;
  let wait = Infinity;
  const call = async (operation: string, args: readonly (string | number)[] = []) => {
    const answer = await script.call(operation, args);
    wait = answer.wait;
    for (const name of answer.begun) {
      const id = Number(name.slice(2));
      waiting.delete(id);
      log.push(at(script.time - start, `${String(id)} begins`));
    }
    return answer.values;
  };
  for (const step of steps) {
    if (step.do === 'come') {
      const id = count;
      count += 1;
      const key = settings.perKey && step.key !== undefined ? step.key : '';
      const [place, delay] = await call('join', [nameOf(id), key, step.tokens]);
      if (Number(place) < 0) {
        log.push(at(script.time - start, refused(id, Number(delay) < 0 ? undefined : Number(delay))));
      } else {
        there.add(id);
        if (Number(place) > 0) waiting.add(id);
        else log.push(at(script.time - start, `${String(id)} begins`));
      }
    }
    if (step.do === 'leave' || step.do === 'report') {
      const chosen = [...there][step.index % there.size];
      if (chosen !== undefined && step.do === 'leave') {
        there.delete(chosen);
        waiting.delete(chosen);
        await call('leave', [nameOf(chosen)]);
      } else if (chosen !== undefined && step.do === 'report' && !waiting.has(chosen)) {
        await call('settle', [nameOf(chosen), step.tokens]);
      }
    }
    if (step.do === 'pause' && there.size > 0) await call('pause', [step.ms]);
    if (step.do === 'wait') {
      const end = script.time + step.ms;
      while (script.time + wait <= end) {
        script.time += wait;
        await call('look', [there.size]);
      }
      wait -= end - script.time;
      script.time = end;
    }
    const ids = [...waiting];
    const places = (await script.call('look', [there.size, ...ids.map(nameOf)])).values;
    for (const [index, id] of ids.entries()) {
      const position = Number(places[2 * index]);
      if (position <= 16) log.push(placed(id, position));
    }
  }
  return log;
}

const limit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: Infinity, freq: 2 });
const limits = fc.record({
  concurrency: limit(4),
  requestsPerMinute: limit(5),
  tokensPerMinute: fc.option(fc.integer({ min: 40, max: 120 }), { nil: Infinity, freq: 2 }),
  maxQueued: fc.integer({ min: 0, max: 12 }),
});
const settingsOf = fc.record({
  ofAll: limits,
  perKey: fc.option(limits, { nil: undefined, freq: 4 }),
  maxKeys: fc.integer({ min: 1, max: 4 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('come' as const),
      key: fc.constantFrom('a', 'a', 'a', 'b', 'c', undefined),
      tokens: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('leave' as const), index: fc.nat({ max: 20 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      index: fc.nat({ max: 9 }),
      tokens: fc.integer({ min: 1, max: 90 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), ms: fc.nat({ max: 90_000 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 40_000 }) }) },
);

describe.skipIf(!hasRedis)('the script of the limiter', () => {
  let server: RedisServer;
  let redis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    redis = createClient({ url: server.url });
    await redis.connect();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(async () => {
    redis.destroy();
    await server.stop();
  });

  let runs = 0;
  const scriptOf = (settings: RateLimitSettings) => {
    runs += 1;
    return new ScriptRun(redis, `test:{${String(runs)}}`, settings);
  };

  it('decides as the limiter in memory does: who begins when, who is refused, and all positions', async () => {
    await fc.assert(
      fc.asyncProperty(settingsOf, fc.array(step, { maxLength: 60 }), async ({ ofAll, perKey, maxKeys }, steps) => {
        const settings = { ...ofAll, perKey, maxKeys };
        const expected = runInMemory(settings, steps);
        expect(await runOnServer(scriptOf(settings), settings, steps)).toEqual(expected);
      }),
      { numRuns },
    );
  }, 120_000);

  it('answers with the delay after which each request begins if nothing else happens', async () => {
    const come = fc.record({ gap: fc.constantFrom(0, 7, 20_000), tokens: fc.integer({ min: 1, max: 40 }) });
    const ofTime = limits.map((some) => ({ ...some, concurrency: Infinity, maxQueued: 100 }));
    const none = { requestsPerMinute: Infinity, tokensPerMinute: Infinity, concurrency: Infinity, maxQueued: 100 };
    await fc.assert(
      fc.asyncProperty(ofTime, fc.boolean(), fc.array(come, { maxLength: 30 }), async (some, isOfKey, requests) => {
        const [ofAll, perKey] = isOfKey ? [none, some] : [some, undefined];
        const script = scriptOf({ ...ofAll, perKey, maxKeys: 10 });
        const waiting: string[] = [];
        for (const [index, { gap, tokens }] of requests.entries()) {
          const id = `p:${String(index)}`;
          const { values } = await script.call('join', [id, isOfKey ? 'a' : '', tokens]);
          if (Number(values[0]) > 0) waiting.push(id);
          script.time += gap;
        }
        const { values, wait } = await script.call('look', [requests.length, ...waiting]);
        const delays = waiting.map((_, index) => Number(values[2 * index + 1]));
        const start = script.time;
        const begun = new Map<string, number>();
        for (let next = wait; next < Infinity && begun.size < waiting.length;) {
          script.time += next;
          const answer = await script.call('look', [requests.length]);
          for (const id of answer.begun) begun.set(id, script.time - start);
          next = answer.wait;
        }
        // Those that began while others came have position 0, and no delay.
        expect(waiting.map((id) => begun.get(id) ?? -1)).toEqual(delays);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  }, 120_000);
});
