/**
 * Starts two servers that have their replies and their limit in common, and a proxy in front of them. `REDIS_URL` is
 * their Redis, `PORT` the port of the proxy, and `SERVER_PORTS` those of the servers, such as `3001,3002`. Both servers
 * need the same `SESSION_SECRET`, so that each knows the visitors of the other.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';

const { PORT = '3000', REDIS_URL = 'redis://127.0.0.1:6379' } = process.env;
const { SESSION_SECRET = randomBytes(32).toString('hex') } = process.env;
const { SERVER_PORTS = `${Number(PORT) + 1},${Number(PORT) + 2}` } = process.env;
const ports = SERVER_PORTS.split(',');

const children = [...ports.map((port) => run(['dist/main.js'], port)), run(['proxy.mjs', ...ports], PORT)];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of children) child.kill();
  });
}

function run(args, port) {
  const env = { ...process.env, PORT: port, REDIS_URL, SESSION_SECRET, TRUSTED_PROXIES: '1' };
  return spawn(process.execPath, args, { cwd: import.meta.dirname, env, stdio: 'inherit' });
}
