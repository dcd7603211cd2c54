/**
 * Starts all of it: the NestJS backend (with an emulator, where there is no `GEMINI_API_KEY`), and this application.
 * `API_PORT` and `PORT` say where.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { API_PORT = '3000', PORT = '4200' } = process.env;
const here = fileURLToPath(new URL('.', import.meta.url));
const backend = fileURLToPath(new URL('../nestjs/', import.meta.url));
const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

const missing = [
  !existsSync(library) && 'npm ci && npm run build   # at the root of the repository: the library',
  !existsSync(`${backend}node_modules`) && 'npm ci --prefix examples/nestjs',
  !existsSync(`${here}node_modules`) && 'npm ci --prefix examples/angular',
].filter(Boolean);
if (missing.length > 0) {
  console.error(`Something is not installed yet. Run first:\n\n  ${missing.join('\n  ')}\n`);
  process.exit(1);
}

const children = [
  run(backend, ['start'], { PORT: API_PORT }),
  run(here, ['exec', '--', 'ng', 'serve', '--port', PORT], { API_PORT }),
];

// One is of no use without the other.
for (const child of children) child.once('exit', (code) => stop(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop(0));

function run(cwd, args, env) {
  // Each leads a group of its own: npm does not pass a signal on to what it started.
  return spawn('npm', args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit', detached: true });
}

function stop(code) {
  process.exitCode ??= code;
  for (const { pid, exitCode, signalCode } of children) {
    if (pid === undefined || exitCode !== null || signalCode !== null) continue;
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has just ended by itself.
    }
  }
}
