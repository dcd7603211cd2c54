import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCountingServer, type CountingServer } from '../support/countingServer.js';
import type { LimitedProcessCommand, LimitedProcessReport, LimitedProcessSettings } from '../support/limitedProcess.js';
import { hasRedis, startRedis, type RedisServer } from '../support/redisServer.js';

/** Long enough for a busy machine; a test that passes does not wait for it. */
const patience = { timeout: 20_000, interval: 10 };

/** A process of its own, with all that it has reported. */
class LimitedProcess {
  readonly child: ChildProcess;
  readonly #reports: LimitedProcessReport[] = [];

  constructor(settings: LimitedProcessSettings) {
    this.child = fork('test/support/limitedProcess.ts', [JSON.stringify(settings)], { execArgv: ['--import', 'tsx'] });
    this.child.on('message', (report: LimitedProcessReport) => this.#reports.push(report));
  }

  ask(name: string, key?: string): void {
    this.#tell({ do: 'ask', name, ...(key !== undefined && { key }) });
  }

  leave(name: string): void {
    this.#tell({ do: 'leave', name });
  }

  #tell(command: LimitedProcessCommand): void {
    this.child.send(command);
  }

  eventsOf(name: string): string[] {
    return this.#reports.filter((report) => report.name === name).map(({ event }) => event);
  }

  /** Resolves when an event of a request is the last one. */
  async saw(name: string, event: string): Promise<void> {
    await vi.waitFor(() => {
      expect(this.eventsOf(name).at(-1)).toBe(event);
    }, patience);
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

describe.skipIf(!hasRedis)('a limit for three processes', { timeout: 60_000 }, () => {
  let redisServer: RedisServer;
  let redis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    redisServer = await startRedis();
    redis = createClient({ url: redisServer.url });
    redis.on('error', () => undefined);
    await redis.connect();
  });
  afterAll(async () => {
    redis.destroy();
    await redisServer.stop();
  });

  let tests = 0;
  const start = async (settings: Pick<LimitedProcessSettings, 'limits' | 'lease' | 'minute'>, hold?: number) => {
    tests += 1;
    const base = `test:{${String(tests)}}`;
    const server: CountingServer = await startCountingServer(hold);
    const all = { ...settings, redis: redisServer.url, base, server: server.url };
    const processes = [new LimitedProcess(all), new LimitedProcess(all), new LimitedProcess(all)] as const;
    onTestFinished(async () => {
      await Promise.all(processes.map((process) => process.kill()));
      await server.close();
    });
    await Promise.all(processes.map((process) => process.saw('', 'ready')));
    const opened = async (count: number) => {
      await vi.waitFor(async () => {
        expect(await redis.zCard(`${base}:open`)).toBe(count);
      }, patience);
    };
    const arrived = async (name: string) => {
      await vi.waitFor(() => {
        expect(server.seen).toContain(name);
      }, patience);
    };
    return { server, processes, base, opened, arrived };
  };

  it('never has more than `concurrency` requests open, in all and of a key, and lets each begin', async () => {
    const limits = { concurrency: 4, perKey: { concurrency: 1 } };
    const { server, processes } = await start({ limits, lease: 15_000 }, 5);
    const names = processes.flatMap((process, number) =>
      Array.from({ length: 60 }, (_, index) => {
        const name = `${String(number)}-${String(index)}`;
        process.ask(name, `key${String(index % 6)}`);
        return { name, process };
      }),
    );
    await Promise.all(names.map(({ name, process }) => process.saw(name, 'end')));
    expect(server.seen).toHaveLength(180);
    expect(server.most).toBeLessThanOrEqual(4);
    // Each server request of a key has ended before the next of that key: their order is that of the arrivals.
    for (const number of [0, 1, 2]) {
      const ofKey = server.seen.filter(
        (name) => name.startsWith(`${String(number)}-`) && Number(name.slice(2)) % 6 === 0,
      );
      expect(ofKey).toEqual([...ofKey].sort((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
    }
  });

  it('begins at most `requestsPerMinute` requests in any window, by the clock of Redis', async () => {
    const { processes, base, opened } = await start({
      limits: { requestsPerMinute: 5 },
      lease: 15_000,
      minute: 400,
    });
    for (const [number, process] of processes.entries()) {
      for (let index = 0; index < 9; index++) process.ask(`${String(number)}-${String(index)}`);
    }
    // The requests stay open, so the server has the time of each begin.
    await opened(27);
    const times = (await redis.zRangeWithScores(`${base}:open`, 0, -1)).map(({ score }) => score);
    const spans = times.slice(5).map((time, index) => time - (times[index] ?? 0));
    expect(spans).toHaveLength(22);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(400_000);
  });

  it('serves the requests of a key in the order of arrival, wherever they came', async () => {
    const { server, processes, arrived } = await start({ limits: { perKey: { concurrency: 1 } }, lease: 15_000 });
    const [one, two, three] = processes;
    one.ask('a', 'key');
    await arrived('a');
    three.ask('b', 'key');
    await three.saw('b', '1');
    one.ask('c', 'key');
    await one.saw('c', '2');
    two.ask('d', 'key');
    await two.saw('d', '3');
    three.leave('b');
    await one.saw('c', '1');
    await two.saw('d', '2');
    two.ask('other', 'other key');
    await arrived('other');
    server.release('a');
    await arrived('c');
    server.release('c');
    await arrived('d');
    expect(server.seen).toEqual(['a', 'other', 'c', 'd']);
    expect(one.eventsOf('c')).toEqual(['2', '1', '0', 'end']);
  });

  it('is not blocked by a killed process: neither its waiting request at the head, nor its open one', async () => {
    const { server, processes, arrived } = await start({ limits: { concurrency: 1 }, lease: 1_000 });
    const [holder, head, last] = processes;
    holder.ask('a');
    await arrived('a');
    head.ask('b');
    await head.saw('b', '1');
    last.ask('c');
    await last.saw('c', '2');
    await head.kill();
    await last.saw('c', '1');
    await holder.kill();
    await arrived('c');
    expect(server.seen).toEqual(['a', 'c']);
  });

  it('counts the open request of a halted process again when it continues', async () => {
    const { server, processes, arrived, opened } = await start({ limits: { concurrency: 1 }, lease: 600 });
    const [halted, second, third] = processes;
    halted.ask('a');
    await arrived('a');
    second.ask('b');
    await second.saw('b', '1');
    halted.child.kill('SIGSTOP');
    await arrived('b');
    third.ask('c');
    await third.saw('c', '1');
    halted.child.kill('SIGCONT');
    await opened(2);
    server.release('b');
    await second.saw('b', 'end');
    await opened(1);
    expect(third.eventsOf('c')).toEqual(['1']);
    expect(server.open).toEqual(['a']);
    server.release('a');
    await arrived('c');
  });

  it('lets a waiting request of a halted process rejoin in its order, and begins it once', async () => {
    const { server, processes, base, arrived } = await start({ limits: { concurrency: 1 }, lease: 600 });
    const [first, halted, third] = processes;
    first.ask('a');
    await arrived('a');
    halted.ask('b');
    await halted.saw('b', '1');
    third.ask('c');
    await third.saw('c', '2');
    third.ask('d');
    await third.saw('d', '3');
    halted.child.kill('SIGSTOP');
    // `b` begins for the server, and nobody sees it: its message waits for the halted process.
    server.release('a');
    await arrived('c');
    expect(server.seen).toEqual(['a', 'c']);
    halted.child.kill('SIGCONT');
    await third.saw('d', '2');
    expect(server.seen).toEqual(['a', 'c']);
    expect(await redis.zCard(`${base}:ready`)).toBe(2);
    server.release('c');
    await arrived('b');
    server.release('b');
    await arrived('d');
    expect(server.most).toBe(1);
  });

  it('continues after Redis has lost all', async () => {
    const { server, processes, base, arrived } = await start({ limits: { concurrency: 1 }, lease: 3_000 });
    const [first, second, third] = processes;
    first.ask('a');
    await arrived('a');
    second.ask('b');
    await second.saw('b', '1');
    third.ask('c');
    await third.saw('c', '2');
    await redisServer.kill();
    await redisServer.restart();
    await vi.waitFor(async () => {
      const [open, ready] = [await redis.zCard(`${base}:open`), await redis.zCard(`${base}:ready`)];
      expect([open, ready]).toEqual([1, 2]);
    }, patience);
    server.release('a');
    await arrived('b');
    server.release('b');
    await arrived('c');
    expect(server.most).toBe(1);
  });
});
