import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';

/** Options of {@link startRedis}. */
export interface RedisServerOptions {
  /** Further options of the command line, such as `['--appendonly', 'yes']`. */
  readonly args?: readonly string[];
  /** Whether the server is the only node of a cluster. */
  readonly cluster?: boolean;
}

/** A real server of its own, in a process and a folder of its own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends the process as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts the process again, on the same port and in the same folder. */
  restart(): Promise<void>;
  /** Halts or continues the process: SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/** Whether the program `redis-server` is installed, without which tests with a server are left out. */
export const hasRedis = (() => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Starts a server on a free port of loopback. */
export async function startRedis({ args = [], cluster = false }: RedisServerOptions = {}): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const url = `redis://127.0.0.1:${String(port)}`;
  const all = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args];
  // The bus of a cluster takes a port 10,000 above, which may be too high for the port.
  if (cluster) all.push('--cluster-enabled', 'yes', '--cluster-port', String(await freePort()));

  let child: ChildProcess | undefined;
  const start = async () => {
    const started = spawn('redis-server', all, { stdio: 'ignore' });
    child = started;
    await answers(url);
  };
  const end = async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  await start();
  if (cluster) await formCluster(url);

  return {
    port,
    url,
    kill: end,
    restart: start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the server answers a command, also after it has loaded its data. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      if (client.isOpen) client.destroy();
    }
  }
}

async function formCluster(url: string): Promise<void> {
  const client = await createClient({ url }).connect();
  await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
  for (;;) {
    const info = await client.clusterInfo();
    if (info.includes('cluster_state:ok')) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.destroy();
}
