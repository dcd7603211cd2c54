import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { created, readRequest, says, sseOf, start } from '../support/interactionServer.js';
import { eventStream, serveSse } from '../support/sseServer.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('closes the connections of interactions after a garbage collection, and leaves nothing', async () => {
  let waiting = 0;
  const server = await serveSse((response, request) => {
    if (request.url === '/waiting') {
      response.end(String(waiting));
      return;
    }
    const { call, json, id } = readRequest(request);
    const input = id ?? String(json['input']);
    const begun = sseOf(created(input.replace(' ', '_')), start(0), says(0, 'Hi'));
    const wait = (text?: string) => {
      waiting += 1;
      response.on('close', () => (waiting -= 1));
      if (text !== undefined) response.writeHead(200, eventStream).write(text);
      if (text === '') response.flushHeaders();
    };
    if (call === 'get' || input === 'before the headers') wait();
    else if (input === 'in silence') wait(begun);
    else if (input === 'in the middle of an event') wait(begun.slice(0, -10));
    else if (call === 'create') response.writeHead(200, eventStream).end(begun);
    else if (input.startsWith('polled')) response.writeHead(503).end();
    else wait('');
  });
  const args = ['--expose-gc', '--import', 'tsx', 'test/support/leaveInteractions.ts', server.url.replace(/\/$/, '')];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { elapsed, hasCollected } = JSON.parse(stdout) as { elapsed: number; hasCollected: boolean };
  expect(hasCollected).toBe(true);
  expect(elapsed).toBeLessThan(250);
}, 30_000);
