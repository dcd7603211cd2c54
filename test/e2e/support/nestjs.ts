import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Observable } from 'rxjs';
import { vi } from 'vitest';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import type { EmulatorExchange } from '../../../src/emulator/exchange.js';
import type { Emulator } from '../../../src/emulator/startEmulator.js';
import { fromSse } from '../../../src/sources/fromSse.js';

const folder = fileURLToPath(new URL('../../../examples/nestjs', import.meta.url));

/** Builds the example, which must be installed, as the library must be built. */
export async function buildNestjs(): Promise<void> {
  if (!existsSync(`${folder}/node_modules/@nestjs`)) {
    throw new Error('The NestJS example is not installed: npm ci --prefix examples/nestjs');
  }
  if (!existsSync(`${folder}/../../dist/index.js`)) throw new Error('The library is not built: npm run build');
  const build = spawn('npm', ['run', '-s', 'build'], { cwd: folder, stdio: 'inherit' });
  const [code] = (await once(build, 'close')) as [number | null];
  if (code !== 0) throw new Error('The NestJS example cannot be built');
}

/** A process of the example. */
export interface NestServer {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  /** With `/api` at its end. */
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

/**
 * Runs a command in the folder of the example, on a free port unless `PORT` names one.
 *
 * @param ready - The line that says where it listens.
 */
export async function startNestjs(
  command: string,
  args: string[],
  env: Record<string, string> = {},
  ready = /Listens on (http:\S+)/,
): Promise<NestServer> {
  const options = { cwd: folder, env: { ...process.env, PORT: '0', ...env }, detached: true };
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The application ended:\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += stripVTControlCharacters(text);
        const address = ready.exec(output)?.[1];
        if (address) resolve(`${address}/api`);
      });
    }
  });
  return {
    child,
    exited,
    url,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      // Its group, so that npm's children end with it.
      process.kill(-child.pid, 'SIGKILL');
      await exited;
    },
  };
}

/** The environment with which the model is an emulator. */
export function modelEnv({ url }: Emulator): Record<string, string> {
  return { GEMINI_API_KEY: 'test', GOOGLE_GEMINI_BASE_URL: url };
}

export function ask({ url }: NestServer, json: object): Observable<GeminiChunk> {
  return fromSse(`${url}/replies`, { json });
}

export function watch({ url }: NestServer, id: string): Observable<GeminiChunk> {
  return fromSse(`${url}/replies/${id}/events`);
}

export function post({ url }: NestServer, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'Content-Type': 'application/json', Origin: 'http://localhost:4200', ...headers };
  return fetch(`${url}/replies`, { method: 'POST', headers: all, body: JSON.stringify(body) });
}

/** Stops a reply; returns the status. */
export async function stop({ url }: NestServer, id: string): Promise<number> {
  return (await fetch(`${url}/replies/${id}`, { method: 'DELETE' })).status;
}

/** The requests that the model got for a prompt. */
export function requestsTo({ requests }: Emulator, prompt: string): readonly EmulatorExchange[] {
  return requests.filter(({ body }) => JSON.stringify(body ?? '').includes(JSON.stringify(prompt)));
}

/** Waits until the model has sent so many chunks. */
export async function chunksFrom(emulator: Emulator, prompt: string, count: number): Promise<EmulatorExchange> {
  return vi.waitUntil(() => requestsTo(emulator, prompt).find(({ chunksSent }) => chunksSent >= count), {
    timeout: 10_000,
    interval: 10,
  });
}
