import fc from 'fast-check';
import { defer, Subject, type Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRateLimiter, type RateLimits } from '../../../operators/protect/createRateLimiter.js';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../../src/errors/geminiError.js';
import { usageChunk } from '../../../src/testing/chunks.js';

/** More for a night's search: `LIMITER_RUNS=20000 npx vitest run test/operators/protect/rateLimiterModel`. */
const numRuns = Number(process.env['LIMITER_RUNS'] ?? 300);

interface Request {
  readonly key: string | undefined;
  readonly source: Subject<GeminiChunk>;
  subscription: Subscription;
  tokens: number;
  position: number;
  begunAt?: number;
  refusal?: GeminiError;
  isOpen: boolean;
  hasLeft: boolean;
}

/** A limiter, and a model of it that counts again from all requests there have been. */
class LimiterModel {
  readonly requests: Request[] = [];
  /** Those that began though a limit had no room for them. */
  readonly violations: Request[] = [];
  readonly #limits: RateLimits;
  readonly #perKey: RateLimits;
  readonly #limiter;
  #pausedUntil = 0;

  constructor(limits: RateLimits, perKey: RateLimits) {
    this.#limits = limits;
    this.#perKey = perKey;
    this.#limiter = createRateLimiter({ ...limits, perKey, maxKeys: 3, jitter: false, estimate: 10 });
  }

  come(key: string | undefined, tokens: number): void {
    const source = new Subject<GeminiChunk>();
    const subscription = new Subject().subscribe();
    const request: Request = { key, source, subscription, tokens, position: 0, isOpen: false, hasLeft: false };
    const others = this.waiting;
    const reply$ = defer(() => {
      request.begunAt = Date.now();
      request.isOpen = true;
      if (!this.isWithinLimits(request)) this.violations.push(request);
      return source;
    });
    this.requests.push(request);
    request.subscription = reply$.pipe(this.#limiter.limit({ key, tokens })).subscribe({
      next: ({ queued }) => {
        if (queued) request.position = queued.position;
      },
      error: (cause: unknown) => {
        if (request.begunAt === undefined) {
          request.refusal = cause as GeminiError;
          expect(request.refusal.kind).toBe('rate_limit');
        }
        request.isOpen = false;
      },
      complete: () => {
        request.isOpen = false;
      },
    });
    const { maxQueued = 1000 } = this.#limits;
    const { maxQueued: maxOfKey = 100 } = this.#perKey;
    const ofKey = others.filter((other) => other.key === key);
    if (request.refusal?.message.includes('keys')) expect(this.keysInUse(request).size).toBe(3);
    else if (request.refusal) expect(others.length >= maxQueued || ofKey.length >= maxOfKey).toBe(true);
    expect(this.waiting.length).toBeLessThanOrEqual(maxQueued);
  }

  report(index: number, promptTokenCount: number): void {
    const request = this.open[index % this.open.length];
    if (!request) return;
    request.tokens = promptTokenCount;
    request.source.next(usageChunk({ promptTokenCount }));
  }

  end(index: number, retryAfter?: number): void {
    const request = this.open[index % this.open.length];
    if (!request) return;
    request.isOpen = false;
    if (retryAfter === undefined) {
      request.source.complete();
      return;
    }
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + retryAfter);
    request.source.error(new GeminiError('Slowly.', { kind: 'rate_limit', retryAfter }));
  }

  leave(index: number): void {
    const there = [...this.waiting, ...this.open];
    const request = there[index % there.length];
    if (!request) return;
    request.hasLeft = true;
    request.isOpen = false;
    request.subscription.unsubscribe();
  }

  get open(): Request[] {
    return this.requests.filter(({ isOpen }) => isOpen);
  }

  /** First come, first. */
  get waiting(): Request[] {
    return this.requests.filter(({ begunAt, refusal, hasLeft }) => begunAt === undefined && !refusal && !hasLeft);
  }

  /** Whether limits have room for more beside the requests that count for them. */
  hasRoom(limits: RateLimits, counted: readonly Request[], more: readonly Request[]): boolean {
    const { concurrency = Infinity, requestsPerMinute = Infinity, tokensPerMinute = Infinity } = limits;
    const isRecent = ({ begunAt = -Infinity }: Request) => Date.now() - begunAt < 60_000;
    const recent = counted.filter((request) => !more.includes(request)).filter(isRecent);
    const tokens = [...recent, ...more].reduce((sum, request) => sum + request.tokens, 0);
    const open = counted.filter((request) => request.isOpen && !more.includes(request));
    return (
      open.length + more.length <= concurrency &&
      recent.length + more.length <= requestsPerMinute &&
      tokens <= tokensPerMinute
    );
  }

  ofKey(key: string | undefined): Request[] {
    return this.requests.filter((request) => request.key === key);
  }

  /** Whether the limits hold at the moment at which a request begins. */
  isWithinLimits(request: Request): boolean {
    const { key } = request;
    const isPaused = Date.now() < this.#pausedUntil;
    const keyHasRoom = key === undefined || this.hasRoom(this.#perKey, this.ofKey(key), [request]);
    return !isPaused && keyHasRoom && this.hasRoom(this.#limits, this.requests, [request]);
  }

  /** The order in which those that wait would begin. */
  get order(): Request[] {
    const placed = new Map<string, Request[]>();
    const full = new Set<string>();
    const hasPlace = (request: Request) => {
      const { key } = request;
      if (key === undefined) return true;
      const places = [...(placed.get(key) ?? []), request];
      if (full.has(key) || !this.hasRoom(this.#perKey, this.ofKey(key), places)) full.add(key);
      else placed.set(key, places);
      return !full.has(key);
    };
    const ready = this.waiting.filter(hasPlace);
    return [...ready, ...this.waiting.filter((request) => !ready.includes(request))];
  }

  expectNobodyBlocked(): void {
    const [next] = this.order;
    expect(next !== undefined && this.isWithinLimits(next)).toBe(false);
  }

  expectPositions(): void {
    const positions = this.order.map(({ position }) => position);
    expect(positions.slice(0, 16)).toEqual(positions.slice(0, 16).map((_, index) => index + 1));
  }

  /** The keys that may not be forgotten. */
  keysInUse(except?: Request): Set<string | undefined> {
    const { requestsPerMinute, tokensPerMinute } = this.#perKey;
    const span = requestsPerMinute === undefined && tokensPerMinute === undefined ? 0 : 60_000;
    const isRecent = ({ begunAt = -Infinity }: Request) => Date.now() - begunAt < span;
    const isUsed = (request: Request) => request.isOpen || this.waiting.includes(request) || isRecent(request);
    return new Set(this.requests.filter((one) => one !== except && isUsed(one)).flatMap(({ key }) => key ?? []));
  }
}

const limit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: undefined, freq: 2 });
const limits = fc.record({
  concurrency: limit(4),
  requestsPerMinute: limit(5),
  tokensPerMinute: fc.option(fc.integer({ min: 40, max: 120 }), { nil: undefined, freq: 2 }),
  maxQueued: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 2 }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('come' as const), fc.nat({ max: 6 }), fc.integer({ min: 1, max: 40 })) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('report' as const), fc.nat({ max: 9 }), fc.integer({ min: 1, max: 90 })),
  },
  { weight: 4, arbitrary: fc.tuple(fc.constant('end' as const), fc.nat({ max: 9 }), fc.constant(0)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('leave' as const), fc.nat({ max: 20 }), fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('limit' as const), fc.nat({ max: 9 }), fc.nat({ max: 90_000 })) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('wait' as const), fc.constant(0), fc.nat({ max: 40_000 })) },
);

describe('createRateLimiter, against a model that counts again from all requests', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps all limits, blocks no key that has room, and lets each reply begin', () => {
    fc.assert(
      fc.property(limits, limits, fc.array(step, { maxLength: 80 }), (ofAll, perKey, steps) => {
        // One limit at least, and for all: without a key a reply would have none.
        const model = new LimiterModel({ ...ofAll, requestsPerMinute: ofAll.requestsPerMinute ?? 50 }, perKey);
        for (const [name, index, amount] of steps) {
          if (name === 'come') model.come('aaabcd'[index], amount);
          if (name === 'report') model.report(index, amount);
          if (name === 'end') model.end(index);
          if (name === 'leave') model.leave(index);
          if (name === 'limit') model.end(index, amount);
          if (name === 'wait') vi.advanceTimersByTime(amount);
          model.expectNobodyBlocked();
          model.expectPositions();
          expect(model.violations).toEqual([]);
        }
        for (let round = 0; model.waiting.length > 0 && round < 200; round++) {
          while (model.open.length > 0) model.end(0);
          vi.advanceTimersByTime(60_000);
          model.expectNobodyBlocked();
        }
        expect([model.waiting, model.violations]).toEqual([[], []]);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns },
    );
  });
});
