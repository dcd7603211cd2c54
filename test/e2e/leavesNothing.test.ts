import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator } from '../../src/emulator/startEmulator.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const forever = 1_000_000_000;

const scenarios: Record<string, EmulatorScenario> = {
  endless: { chunks: endless(), pace: 1 },
  'silent after the first': { chunks: ['one', 'two'], stallAfter: { chunks: 1 } },
  'silent before the headers': { headersDelay: forever },
  'silent before the first': { firstDelay: forever },
};

async function* endless(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve('and so on ');
}

it('leaves no timer, socket or unhandled rejection, so that the process ends by itself', async () => {
  const emulator = await startEmulator({ reply: ({ prompt }) => scenarios[prompt] ?? {} });
  onTestFinished(() => emulator.close());
  const args = ['--import', 'tsx', 'test/support/leaveReplies.ts', emulator.url];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ left: [], seen: true });
  const replies = emulator.requests.filter((request) => request.action === 'streamGenerateContent');
  await Promise.all(replies.map((reply) => reply.closed));
  expect(replies.length).toBeGreaterThanOrEqual(2);
  expect(replies.map((reply) => reply.closedEarly)).toEqual(replies.map(() => true));
}, 30_000);
