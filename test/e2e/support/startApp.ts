import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** An example that runs, as a user has started it. */
export interface App {
  readonly url: string;
  /** Sends a signal to all its processes, Ctrl-C unless another is named, and waits for the end. Idempotent. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Runs a folder of `examples`, on a free port unless `PORT` names one.
 *
 * @param name - The folder.
 * @param env - Added to the environment: `GEMINI_API_KEY` and `GOOGLE_GEMINI_BASE_URL` lead to an emulator.
 * @param script - The script of its `package.json`.
 */
export async function startApp(name: string, env: NodeJS.ProcessEnv, script = 'start'): Promise<App> {
  const cwd = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
  if (!existsSync(`${cwd}/node_modules`)) throw new Error(`Not installed: run npm ci --prefix examples/${name} first`);
  const { PORT: port = String(await freePort()) } = env;
  // It leads a group of its own: npm does not pass each signal on.
  const child = spawn('npm', ['run', script], { cwd, env: { ...process.env, ...env, PORT: port }, detached: true });
  let printed = '';
  const ended = once(child, 'close') as Promise<[number | null]>;
  const listens = new Promise<void>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        printed += stripVTControlCharacters(text);
        if (printed.includes(`:${port}`)) resolve();
      });
    }
    void ended.then(([code]) => reject(new Error(`examples/${name} ended with ${String(code)}: ${printed}`)));
  });
  await listens;
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop(signal = 'SIGINT') {
      const isRunning = child.exitCode === null && child.signalCode === null;
      if (isRunning && child.pid !== undefined) process.kill(-child.pid, signal);
      await ended;
    },
  };
}

/** Runs a program that listens on `PORT`, a free one, and waits until it accepts connections. */
export async function startServer(file: string, env: NodeJS.ProcessEnv): Promise<App> {
  const port = await freePort();
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env, PORT: String(port) } });
  let printed = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const ended = once(child, 'close') as Promise<[number | null]>;
  const url = `http://127.0.0.1:${port}/`;
  const isUp = () => fetch(url, { method: 'HEAD' }).then(Boolean, () => false);
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}: ${printed}`);
    await setTimeout(50);
  }
  return {
    url,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
