import { map, shareReplay, switchMap, type Observable } from 'rxjs';
import type { RateLimitSettings } from '../../operators/protect/rateLimitStore.js';
import { limitKeyNames, limitScript } from './limitScript.js';
import type { ChannelSignal } from './redisChannels.js';
import type { RedisClient } from './redisClient.js';
import { isSharded, signalsOf } from './redisServer.js';
import { publishCommand } from './storedRun.js';

/** An answer of the script. */
export interface LimitAnswer {
  /** The wait until time lets something happen in the queue, in ms; `Infinity` if nothing will. */
  readonly wait: number;
  /** Whether the server knows the requests that this process has. */
  readonly isComplete: boolean;
  /** The ids of the requests of this process that have begun. */
  readonly begun: readonly string[];
  /** The further values of an operation. */
  readonly values: readonly unknown[];
}

/** The settings of {@link LimitCalls}. */
export interface LimitCallSettings {
  /** The beginning of all keys. */
  readonly base: string;
  /** The id of this process. */
  readonly process: string;
  /** The lease of this process, in ms. */
  readonly lease: number;
  /** The window of the limits per minute, in ms: shorter in a test. */
  readonly minute?: number;
  readonly limits: RateLimitSettings;
}

/** The calls of the script of a limiter, and its channel. */
export class LimitCalls {
  readonly #redis: RedisClient;
  readonly #keys: string[];
  readonly #channel: string;
  readonly #settings: LimitCallSettings;
  /**
   * Whether the server is a node of a cluster. The first call is awaited: calls that the server answers with `NOSCRIPT`
   * are sent again, and would lose their order.
   */
  readonly #isSharded$: Observable<boolean>;

  constructor(redis: RedisClient, settings: LimitCallSettings) {
    this.#redis = redis;
    this.#settings = settings;
    this.#keys = limitKeyNames.map((name) => `${settings.base}:${name}`);
    this.#channel = `${settings.base}:changes`;
    this.#isSharded$ = isSharded(redis, this.#firstKey).pipe(
      switchMap((sharded) => this.#call('look', [0], sharded).pipe(map(() => sharded))),
      shareReplay({ bufferSize: 1, refCount: false }),
    );
  }

  /** Whether the client is closed, so that no call reaches the server any more. */
  get isClosed(): boolean {
    return this.#redis.isOpen === false;
  }

  /** The signals of the channel: a message has the ids of the requests that have begun. */
  get signals$(): Observable<ChannelSignal> {
    return signalsOf(this.#redis, this.#channel, this.#firstKey);
  }

  /**
   * Runs an operation of the script. Emits its answer.
   *
   * @param isLeased - Whether this process has a lease, so that a server that knows nothing has lost its data.
   */
  run(operation: string, args: readonly (string | number)[], isLeased: boolean): Observable<LimitAnswer> {
    return this.#isSharded$.pipe(
      switchMap((sharded) => this.#call(operation, args, sharded, isLeased)),
      map(readAnswer),
    );
  }

  #call(
    operation: string,
    args: readonly (string | number)[],
    sharded: boolean,
    isLeased = false,
  ): Observable<unknown> {
    const all = limitArguments(this.#settings, operation, this.#channel, { sharded, isLeased });
    return limitScript.run(this.#redis, this.#keys, [...all, ...args]);
  }

  get #firstKey(): string {
    return this.#keys[0] ?? '';
  }
}

/** The circumstances of a call. */
interface LimitCallContext {
  /** Whether the server is a node of a cluster. */
  readonly sharded?: boolean;
  readonly isLeased?: boolean;
  /** The time in ms, in a test; empty for the server's own. */
  readonly clock?: number | '';
}

/** The arguments of the script before those of the operation. */
export function limitArguments(
  { process, lease, minute = 60_000, limits }: LimitCallSettings,
  operation: string,
  channel: string,
  { sharded = false, isLeased = false, clock = '' }: LimitCallContext = {},
): (string | number)[] {
  const publish = publishCommand(sharded);
  const { perKey, maxKeys } = limits;
  const numbers = [limits, perKey].flatMap((some) =>
    [some?.requestsPerMinute, some?.tokensPerMinute, some?.concurrency, some?.maxQueued].map((limit = Infinity) =>
      limit === Infinity ? '' : limit,
    ),
  );
  return [operation, process, lease, minute, ...numbers, maxKeys, channel, publish, clock, isLeased ? 1 : 0];
}

/** Reads the answer of the script. */
export function readAnswer(answer: unknown): LimitAnswer {
  const [wait, isComplete, begun, ...values] = answer as unknown[];
  return {
    wait: timeOrNever(wait),
    isComplete: Number(isComplete) === 1,
    begun: idsIn(String(begun)),
    values,
  };
}

/** The ids of a message. */
export function idsIn(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

/** A duration of the script; -1 is unknown. */
export function timeOrNever(duration: unknown): number {
  const ms = Number(duration);
  return ms < 0 ? Infinity : ms;
}
