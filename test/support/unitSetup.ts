import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Server, Socket } from 'node:net';
import workerThreads from 'node:worker_threads';
import { config } from 'rxjs';
import { afterEach, vi } from 'vitest';
// Its equality testers stay for all later files of a worker: with this import, all files have them.
import './marbles.js';

// Runs before each file of the project `unit`. Its files share a worker's modules and globals, so a test that opens a
// socket fails, and so does a test after which a timer, a clock, a random number or the console is not the real one.

type Owner = Record<string, unknown>;

interface Watched {
  readonly owner: Owner;
  readonly key: string;
  readonly value: unknown;
}

const names = 'Timeout Interval Immediate'.split(' ').flatMap((name) => [`set${name}`, `clear${name}`]);

/** State of the worker: the next file finds it. */
const worker = globalThis as typeof globalThis & { unitWorker?: { readonly refused: string[]; watched: Watched[] } };

worker.unitWorker ??= { refused: refuseSockets(), watched: watchGlobals() };
const { refused, watched } = worker.unitWorker;

// Hooks of the file itself run before this one.
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.useRealTimers();
  const left = watched.filter(({ owner, key, value }) => owner[key] !== value);
  for (const { owner, key, value } of left) owner[key] = value;
  // The code under test may have caught the error of a guard.
  const [problem] = [...refused.splice(0), ...left.map(({ key }) => `This test leaves \`${key}\` replaced.`)];
  if (problem) throw new Error(problem);
});

function watchGlobals(): Watched[] {
  const watch = (owner: object, ...keys: string[]): Watched[] =>
    keys.map((key) => ({ owner: owner as Owner, key, value: (owner as Owner)[key] }));
  return [
    ...watch(globalThis, ...names, 'queueMicrotask', 'Date', 'performance', 'fetch', 'process', 'document', 'location'),
    ...watch(globalThis, 'requestAnimationFrame', 'cancelAnimationFrame'),
    ...watch(performance, 'now'),
    ...watch(Date, 'now'),
    ...watch(Math, 'random'),
    ...watch(console, 'log', 'info', 'warn', 'error', 'debug'),
    ...watch(config, 'onUnhandledError'),
  ];
}

function refuseSockets(): string[] {
  const messages: string[] = [];
  const refuse = <T extends object>(owner: T, name: keyof T & string, act: string) => {
    const message = `A test of the project "unit" ${act}: name its file \`*.sockets.test.ts\`.`;
    // Not an arrow function: a guard of a class is called with `new`.
    const value = function (): never {
      messages.push(message);
      throw new Error(message);
    };
    Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  };
  refuse(Socket.prototype, 'connect', 'opens a socket');
  refuse(globalThis, 'fetch', 'makes a request');
  refuse(Server.prototype, 'listen', 'starts a server');
  refuse(childProcess.ChildProcess.prototype as unknown as Owner, 'spawn', 'starts a process');
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) refuse(childProcess, name, 'starts a process');
  refuse(workerThreads, 'Worker', 'starts a thread');
  syncBuiltinESMExports();
  return messages;
}
