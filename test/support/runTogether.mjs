// Runs npm scripts of this package two at a time, and prints the output of each when it has ended:
// `node test/support/runTogether.mjs lint typecheck`. An argument with a slash is a folder, for which it runs `npm ci` and
// `npm run check`. Runs all of them, also after a failure, and fails if one has failed.
import { spawn } from 'node:child_process';
import { root } from './suite.mjs';

const waiting = process.argv.slice(2);
const failed = [];
const count = waiting.length;
await Promise.all([runWaiting(), runWaiting()]);

if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
if (failed.length > 0 || count === 0) process.exitCode = 1;

async function runWaiting() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const started = performance.now();
    const commands = name.includes('/')
      ? [
          ['ci', '--prefix', name],
          ['run', 'check', '--prefix', name],
        ]
      : [['run', name]];
    let output = '';
    let ok = true;
    for (const command of commands) {
      if (!ok) break;
      const result = await npm(command);
      output += result.output;
      ({ ok } = result);
    }
    if (!ok) failed.push(name);
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stdout.write(`${output.trim()}\n${ok ? '✓' : '✗'} ${name} (${seconds} s)\n\n`);
  }
}

function npm(args) {
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => pieces.push(piece));
    const end = (ok, more = '') => resolve({ ok, output: Buffer.concat(pieces).toString() + more });
    child.on('error', (error) => end(false, error.message));
    child.on('close', (code) => end(code === 0));
  });
}
