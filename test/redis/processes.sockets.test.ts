import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelReply, followReply, replies } from 'rxjs-gemini/redis';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { chunk } from '../../src/testing/chunks.js';
import { checkFollowed, errorOf, eventually, textOfAll, watch } from '../support/followedReply.js';
import { setUpRedis, type RedisSetup } from '../support/redisClients.js';
import { hasRedis } from '../support/redisServer.js';
import type { WorkerRequest } from '../support/redisWorker.js';

const runs = Number(process.env['REDIS_RUNS'] ?? 1);
const lease = 600;
const key = (id: string, name: string) => `rxjs-gemini:{${id}}:${name}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** A random moment within a reply of 40 chunks, 10 ms apart. */
const someTime = () => pause(30 + Math.random() * 300);
const texts = Array.from({ length: 40 }, (_, at) => `${String(at)} `);
const sent = texts.map((text) => chunk(text));

/** A reply as a process sees it: its own, or as a follower. */
interface Seen {
  readonly values: GeminiChunk[];
  error: unknown;
  isComplete: boolean;
}

interface Worker {
  readonly child: ChildProcess;
  readonly problems: string[];
  ask(request: WorkerRequest): Seen;
}

const hasEnded = ({ isComplete, error }: Seen) => isComplete || error !== undefined;

async function startWorker(url: string): Promise<Worker> {
  const child = fork('test/support/redisWorker.ts', [url], { execArgv: ['--import', 'tsx'] });
  const seen = new Map<string, Seen>();
  const problems: string[] = [];
  child.on('message', (message: Record<string, unknown>) => {
    const { type, id, value, end, error, kind } = message as Record<string, string>;
    if (type === 'problem') problems.push(kind!);
    const one = seen.get(`${type!} ${id!}`);
    if (!one) return;
    if (value !== undefined) one.values.push(value as unknown as GeminiChunk);
    if (end === 'complete') one.isComplete = true;
    if (end === 'error') {
      const { message: text, kind: failure } = error as unknown as { message: string; kind: 'truncated' };
      one.error = new GeminiError(text, { kind: failure });
    }
  });
  await once(child, 'message');
  return {
    child,
    problems,
    ask(request) {
      const one: Seen = { values: [], error: undefined, isComplete: false };
      seen.set(`${request.type} ${request.id}`, one);
      child.send(request);
      return one;
    },
  };
}

async function storedCount({ admin }: RedisSetup, id: string): Promise<number> {
  const entries = (await admin.xRange(key(id, 'chunks'), '-', '+')) ?? [];
  let next = 0;
  entries.forEach(({ message }, at) => {
    expect(Number(message['first'])).toBe(next);
    next += (JSON.parse(message['chunks']!) as unknown[]).length;
    if (message['end'] !== '') expect(at).toBe(entries.length - 1);
  });
  return next;
}

describe.skipIf(!hasRedis)('several processes', () => {
  let setup: RedisSetup;
  let workers: Worker[];
  beforeAll(async () => {
    setup = await setUpRedis();
    workers = await Promise.all([0, 1, 2].map(() => startWorker(setup.server.url)));
  }, 60_000);
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGKILL');
    await setup.stop();
  });
  const replace = async (worker: Worker) => {
    if (worker.child.signalCode === null) {
      worker.child.kill('SIGKILL');
      await once(worker.child, 'close');
    }
    workers[workers.indexOf(worker)] = await startWorker(setup.server.url);
  };
  const publish = async (worker: Worker, id: string) => {
    const own = worker.ask({ type: 'publish', id, texts, lease });
    await eventually(async () => (await setup.admin.exists(key(id, 'state'))) === 1);
    return own;
  };

  describe.each(Array.from({ length: runs }, (_, run) => run))('run %i', () => {
    it('share one reply, and a stop from any of them reaches it', async () => {
      const [first, second, third] = workers as [Worker, Worker, Worker];
      const [whole, stopped] = [randomUUID(), randomUUID()];
      const own = [await publish(first, whole), await publish(second, stopped)];
      const followers = [second, third].map((worker) => worker.ask({ type: 'follow', id: whole }));
      const cut = [first, third].map((worker) => worker.ask({ type: 'follow', id: stopped }));
      await someTime();
      expect((await replies(setup.follower)).map(({ id }) => id)).toEqual([whole, stopped]);
      expect(await cancelReply(setup.follower, stopped, 'enough')).toBe(true);
      await eventually(() => [...own, ...followers, ...cut].every(hasEnded));
      for (const one of followers) expect(checkFollowed(sent, one)).toBe(sent.length);
      const marked = own[1]!.values;
      expect(marked.at(-1)?.cancelled?.reason).toBe('enough');
      for (const one of cut) {
        expect(one.isComplete).toBe(true);
        expect(checkFollowed(marked, one)).toBe(marked.length);
      }
    });

    it('a publisher that is killed: all followers end with the same beginning, as truncated', async () => {
      const [publisher, other] = workers as [Worker, Worker];
      const id = randomUUID();
      await publish(publisher, id);
      const far = other.ask({ type: 'follow', id });
      const near = watch(followReply(setup.follower, id));
      await someTime();
      publisher.child.kill('SIGKILL');
      await near.ended;
      await eventually(() => hasEnded(far));
      const stored = await storedCount(setup, id);
      for (const one of [near, far, await watch(followReply(setup.follower, id)).ended]) {
        expect(checkFollowed(sent, one)).toBe(stored);
        expect((one.error as GeminiError).kind).toBe('truncated');
      }
      expect(errorOf(near).partial?.text).toBe(textOfAll(sent.slice(0, stored)));
      expect(await cancelReply(setup.follower, id)).toBe(false);
      expect(await replies(setup.follower)).toEqual([]);
      await replace(publisher);
    });

    it('a follower that is killed disturbs nobody', async () => {
      const [publisher, killed, other] = workers as [Worker, Worker, Worker];
      const id = randomUUID();
      const own = await publish(publisher, id);
      killed.ask({ type: 'follow', id });
      const follower = other.ask({ type: 'follow', id });
      await someTime();
      killed.child.kill('SIGKILL');
      await eventually(() => hasEnded(own) && hasEnded(follower));
      expect(own.isComplete).toBe(true);
      expect(checkFollowed(sent, follower)).toBe(sent.length);
      expect(publisher.problems).toEqual([]);
      await replace(killed);
    });

    it('a publisher that pauses longer than its lease writes nothing after the end that its followers got', async () => {
      const [publisher, other] = workers as [Worker, Worker];
      const id = randomUUID();
      const own = await publish(publisher, id);
      const follower = other.ask({ type: 'follow', id });
      await someTime();
      publisher.child.kill('SIGSTOP');
      await eventually(() => hasEnded(follower));
      publisher.child.kill('SIGCONT');
      await eventually(() => hasEnded(own));
      expect(textOfAll(own.values)).toBe(texts.join(''));
      expect(own.isComplete).toBe(true);
      expect((follower.error as GeminiError).kind).toBe('truncated');
      expect(checkFollowed(sent, follower)).toBe(await storedCount(setup, id));
      await eventually(() => publisher.problems.length > 0);
      expect(publisher.problems.splice(0)).toEqual(['truncated']);
    });

    it('a publisher that pauses longer than its lease, without followers, continues', async () => {
      const [publisher] = workers as [Worker];
      const id = randomUUID();
      const own = await publish(publisher, id);
      await someTime();
      publisher.child.kill('SIGSTOP');
      await eventually(async () => (await setup.admin.exists(key(id, 'lease'))) === 0);
      publisher.child.kill('SIGCONT');
      const follower = watch(followReply(setup.follower, id));
      await eventually(() => hasEnded(own));
      await follower.ended;
      expect(checkFollowed(sent, follower)).toBe(sent.length);
      expect(publisher.problems.splice(0)).toEqual([]);
    });

    it('a publisher whose id another one took during its pause writes nothing into that reply', async () => {
      const [publisher, successor, other] = workers as [Worker, Worker, Worker];
      const id = randomUUID();
      const own = await publish(publisher, id);
      const old = other.ask({ type: 'follow', id });
      await someTime();
      publisher.child.kill('SIGSTOP');
      await eventually(async () => (await setup.admin.exists(key(id, 'lease'))) === 0);
      const before = await setup.admin.hGet(key(id, 'state'), 'run');
      const its = successor.ask({ type: 'publish', id, texts, lease });
      await eventually(async () => (await setup.admin.hGet(key(id, 'state'), 'run')) !== before);
      const follower = watch(followReply(setup.follower, id));
      publisher.child.kill('SIGCONT');
      await eventually(() => [own, its, old].every(hasEnded));
      await follower.ended;
      expect(textOfAll(own.values)).toBe(texts.join(''));
      expect(textOfAll(its.values)).toBe(texts.join(''));
      expect(checkFollowed(sent, follower)).toBe(sent.length);
      expect(await storedCount(setup, id)).toBe(sent.length);
      checkFollowed(sent, old);
      expect((old.error as GeminiError).kind).toBe('truncated');
      await eventually(() => publisher.problems.length > 0);
      expect(publisher.problems.splice(0)).toEqual(['truncated']);
    });
  });
});
