import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';

/** Calls `use` with the address of a Redis of its own; resolves to its result, or to undefined without `redis-server`. */
export async function withRedis(use) {
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--dir', tmpdir(), '--save', ''].map(String);
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = once(server, 'error').then(() => true);
  const started = once(server, 'spawn').then(() => false);
  if (await Promise.race([failed, started])) return undefined;
  const url = `redis://127.0.0.1:${port}`;
  try {
    await answers(url);
    return await use(url);
  } finally {
    server.kill('SIGKILL');
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url) {
  for (;;) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    try {
      return void (await client.connect());
    } catch {
      await wait(5);
    } finally {
      if (client.isOpen) client.destroy();
    }
  }
}
