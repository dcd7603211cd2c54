import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Runs a file of this folder in a process of its own, whose collector can be called, and gives the JSON it prints. */
export function runClient(file, ...args) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', path, ...args.map(String)], {
    encoding: 'utf8',
    // No proxy, tracer or API version of the user's shell has a say, and one that hangs fails.
    env: { NODE_ENV: 'production' },
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`${[file, ...args].join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout);
}
