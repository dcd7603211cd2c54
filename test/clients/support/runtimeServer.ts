import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEmulator } from 'rxjs-gemini/emulator';
import type { ReplyServer } from './replyServer.js';

const here = fileURLToPath(new URL('../', import.meta.url));

/** A server in a process of another runtime. */
export interface RuntimeServer extends ReplyServer {
  stop(): Promise<void>;
}

/** Whether the runtime is installed; the optional dependencies have no build for some machines. */
export function hasRuntime(name: 'bun' | 'deno'): boolean {
  try {
    execFileSync(`${here}node_modules/.bin/${name}`, ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    if (process.env['CI']) throw new Error(`${name} is not installed: run npm ci --prefix test/clients`);
    console.warn(`${name} has no build for this machine: its tests are left out.`);
    return false;
  }
}

/**
 * Starts `servers/NAME.mjs` with the built package.
 *
 * @param name - The runtime.
 * @param args - The arguments of the runtime before the script.
 */
export async function startRuntimeServer(name: 'bun' | 'deno', args: readonly string[]): Promise<RuntimeServer> {
  if (!existsSync(`${here}../../dist/index.js`)) throw new Error('The library is not built: npm run build');
  const emulator = await startEmulator({ reply: () => started.answer });
  const child = spawn(`${here}node_modules/.bin/${name}`, [...args, `${here}servers/${name}.mjs`], {
    env: { ...process.env, GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: emulator.url, PORT: '0' },
  });
  const exited = once(child, 'exit');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    void exited.then(() => reject(new Error(`${name} ended: ${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const address = /(?:Listens|Listening) on (\S+)/.exec(output)?.[1];
        if (address) resolve(address);
      });
    }
  });
  const started: RuntimeServer = {
    url,
    emulator,
    answer: [],
    async stop() {
      child.kill('SIGKILL');
      await exited;
      await emulator.close();
    },
  };
  return started;
}
