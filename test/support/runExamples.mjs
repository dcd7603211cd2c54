// Runs every example as its first line says, without a key: each must end by itself, in time, and well.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const limit = 60_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const env = { ...process.env };
delete env.GEMINI_API_KEY;
delete env.GOOGLE_API_KEY;

const examples = readdirSync(join(root, 'examples'))
  .filter((file) => file.endsWith('.ts'))
  .sort();
const waiting = [...examples];
const failed = [];
// Two at a time: they mostly wait for the emulator's pace.
await Promise.all([runWaiting(), runWaiting()]);

console.log(`${examples.length - failed.length} examples passed, ${failed.length} failed`);
if (failed.length > 0 || examples.length === 0) process.exitCode = 1;

async function runWaiting() {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const { problem, output, elapsed } = await run(file);
    console.log(`${problem ? '✗' : '✓'} examples/${file} (${elapsed} ms)${problem ? `: ${problem}\n${output}` : ''}`);
    if (problem) failed.push(file);
  }
}

function run(file) {
  const started = performance.now();
  // A process group of its own, so that its children end with it.
  const child = spawn(join(root, 'node_modules/.bin/tsx'), [`examples/${file}`], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-child.pid, 'SIGKILL');
  }, limit);
  return new Promise((resolve) => {
    const end = (problem) => {
      clearTimeout(timer);
      resolve({ problem, output, elapsed: Math.round(performance.now() - started) });
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => {
      if (late) end(`has not ended after ${limit} ms`);
      else if (code !== 0) end(`ended with ${signal ?? `code ${code}`}`);
      else if (output.trim() === '') end('printed nothing');
      else end(undefined);
    });
  });
}
