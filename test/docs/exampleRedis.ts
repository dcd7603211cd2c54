import { createClient } from 'redis';
import type { RedisClient } from 'rxjs-gemini/redis';
import { startRedis } from '../support/redisServer.js';

let running: Promise<{ readonly client: RedisClient; readonly stop: () => Promise<void> }> | undefined;

/** A client of a server for all examples. */
export async function exampleRedis(): Promise<RedisClient> {
  running ??= start();
  return (await running).client;
}

/** Stops the server, if an example has started it. */
export async function stopExampleRedis(): Promise<void> {
  await (await running)?.stop();
  running = undefined;
}

async function start() {
  const server = await startRedis();
  const client = await createClient({ url: server.url }).connect();
  const stop = async () => {
    client.destroy();
    await server.stop();
  };
  return { client, stop };
}
