// A process whose requests wait for a limiter of all processes. It asks and leaves as its parent says.
import { request } from 'node:http';
import { createClient } from 'redis';
import { Observable, type Subscription } from 'rxjs';
import { createRateLimiter, type RateLimiterOptions } from '../../operators/protect/createRateLimiter.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isGeminiError } from '../../src/errors/geminiError.js';
import { LimitCalls } from '../../src/redis/limitCalls.js';
import { SharedQueue } from '../../src/redis/sharedQueue.js';

/** The argument of the process. */
export interface LimitedProcessSettings {
  readonly redis: string;
  readonly base: string;
  readonly lease: number;
  readonly minute?: number;
  readonly limits: RateLimiterOptions;
  /** The URL of the counting server. */
  readonly server: string;
}

export interface LimitedProcessCommand {
  readonly do: 'ask' | 'leave';
  readonly name: string;
  readonly key?: string;
}

/** A report of the process; `event` is a position, `end`, or the kind of a failure. */
export interface LimitedProcessReport {
  readonly name: string;
  readonly event: string;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as LimitedProcessSettings;
const redis = createClient({ url: settings.redis });
// The client connects again by itself.
redis.on('error', () => undefined);
await redis.connect();

const { base, lease, minute } = settings;
const limiter = createRateLimiter({
  ...settings.limits,
  store: {
    open: (limits) => {
      const id = `p${String(process.pid)}`;
      const calls = new LimitCalls(redis, { base, process: id, lease, ...(minute && { minute }), limits });
      return new SharedQueue({ calls, process: id, lease, timeout: 5_000, limits });
    },
  },
});

const report = (name: string, event: string): void => {
  process.send?.({ name, event } satisfies LimitedProcessReport);
};

const ask = (name: string): Observable<GeminiChunk> =>
  new Observable((destination) => {
    const sent = request(`${settings.server}/${name}`, { agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        destination.complete();
      });
    });
    sent.on('error', (cause) => {
      destination.error(cause);
    });
    sent.end();
    destination.add(() => {
      sent.destroy();
    });
  });

const subscriptions = new Map<string, Subscription>();
process.on('message', ({ do: command, name, key }: LimitedProcessCommand) => {
  if (command === 'leave') {
    subscriptions.get(name)?.unsubscribe();
    report(name, 'left');
    return;
  }
  const reply$ = ask(name).pipe(limiter.limit({ key }));
  subscriptions.set(
    name,
    reply$.subscribe({
      next: ({ queued }) => {
        if (queued) report(name, String(queued.position));
      },
      error: (cause: unknown) => {
        report(name, isGeminiError(cause) ? cause.kind : String(cause));
      },
      complete: () => {
        report(name, 'end');
      },
    }),
  );
});
report('', 'ready');
