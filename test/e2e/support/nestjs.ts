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

/** All servers of a test file know the visitors of each other, and one address asks more often than a person. */
const settings = { SESSION_SECRET: 'a secret of the end-to-end tests', ADDRESS_LIMIT: '10000' };

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
  const options = { cwd: folder, env: { ...process.env, PORT: '0', ...settings, ...env }, detached: true };
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

/** Opens a session, as a browser does with its first request; returns the header with its cookie. */
export async function newVisitor({ url }: NestServer): Promise<Record<string, string>> {
  const [cookie = ''] = (await fetch(`${url}/replies`)).headers.getSetCookie();
  return { Cookie: cookie.split(';')[0]! };
}

let regular: Promise<Record<string, string>> | undefined;

/** The header with the cookie of the visitor who asks, unless a test names another. */
export function regularVisitor(server: NestServer): Promise<Record<string, string>> {
  return (regular ??= newVisitor(server));
}

export function ask(server: NestServer, json: object): Observable<GeminiChunk> {
  return fromSse(`${server.url}/replies`, async () => ({ json, headers: await regularVisitor(server) }));
}

export function watch(server: NestServer, id: string): Observable<GeminiChunk> {
  return fromSse(`${server.url}/replies/${id}/events`, async () => ({ headers: await regularVisitor(server) }));
}

/** A request of the regular visitor, unless the headers have another cookie. */
export async function send(server: NestServer, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(await regularVisitor(server)), ...(init.headers as Record<string, string> | undefined) };
  return fetch(`${server.url}${path}`, { ...init, headers });
}

export function post(server: NestServer, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'Content-Type': 'application/json', Origin: 'http://localhost:4200', ...headers };
  return send(server, '/replies', { method: 'POST', headers: all, body: JSON.stringify(body) });
}

/** Stops a reply; returns the status. */
export async function stop(server: NestServer, id: string, headers: Record<string, string> = {}): Promise<number> {
  return (await send(server, `/replies/${id}`, { method: 'DELETE', headers })).status;
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
