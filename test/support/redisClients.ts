import { createClient, createCluster, RESP_TYPES } from 'redis';
import * as redis5 from 'redis5';
import type { RedisClient } from '../../src/redis/redisClient.js';
import { startRedis, type RedisServer } from './redisServer.js';

/** A connected client, of any version and kind. */
type TestClient = RedisClient & { destroy(): unknown };

/** Makes a connected client of a server. */
type MakeClient = (url: string) => Promise<TestClient>;

/** The package of version 5, by the types of version 6. */
const { createClient: createClient5, createCluster: createCluster5 } = redis5 as unknown as {
  readonly createClient: typeof createClient;
  readonly createCluster: typeof createCluster;
};

async function connected(client: ReturnType<typeof createClient>): Promise<ReturnType<typeof createClient>> {
  // Without a listener, a lost connection would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export const client6 = (url: string) => connected(createClient({ url }));
const client6with2: MakeClient = (url) => connected(createClient({ url, RESP: 2 }) as never);
const client6with3: MakeClient = (url) => connected(createClient({ url, RESP: 3 }) as never);
const client6ofBytes: MakeClient = async (url) =>
  (await client6(url)).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
const client5: MakeClient = (url) => connected(createClient5({ url }));
const cluster = async (make: typeof createCluster, url: string): Promise<TestClient> => {
  const client = make({ rootNodes: [{ url }] });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
const cluster6: MakeClient = (url) => cluster(createCluster, url);
const cluster5: MakeClient = (url) => cluster(createCluster5, url);

/** The clients of a publisher and of a follower, of one server. */
export interface ClientPair {
  readonly name: string;
  readonly isCluster: boolean;
  readonly publisher: MakeClient;
  readonly follower: MakeClient;
}

const pair = (name: string, publisher: MakeClient, follower: MakeClient, isCluster = false): ClientPair => ({
  name,
  isCluster,
  publisher,
  follower,
});

/** Clients of all kinds that are supported. */
export const clientPairs: readonly ClientPair[] = [
  pair('redis 6', client6, client6),
  pair('redis 6 with RESP 2 and 3', client6with2, client6with3),
  pair('redis 6 with Buffers', client6ofBytes, client6ofBytes),
  pair('redis 5', client5, client5),
  pair('redis 6 and redis 5', client6, client5),
  pair('a cluster of redis 6', cluster6, cluster6, true),
  pair('a cluster of redis 5', cluster5, cluster5, true),
  pair('a cluster and a client of one node', cluster6, client6, true),
  pair('a client of one node and a cluster of redis 5', client6, cluster5, true),
];

/** A server with a client of each side, and one for the test. */
export interface RedisSetup {
  readonly server: RedisServer;
  readonly publisher: TestClient;
  readonly follower: TestClient;
  readonly admin: Awaited<ReturnType<typeof client6>>;
  stop(): Promise<void>;
}

type Sides = Pick<ClientPair, 'publisher' | 'follower'>;

/** Starts a server, and connects clients. */
export async function setUpRedis(args: readonly string[] = []): Promise<RedisSetup> {
  const server = await startRedis({ args });
  const setup = await connectTo(server, { publisher: client6, follower: client6 });
  return {
    ...setup,
    async stop() {
      await setup.stop();
      await server.stop();
    },
  };
}

async function connectTo(server: RedisServer, { publisher, follower }: Sides): Promise<RedisSetup> {
  const admin = await client6(server.url);
  const [one, other] = [await publisher(server.url), await follower(server.url)];
  return {
    server,
    admin,
    publisher: one,
    follower: other,
    stop() {
      for (const client of [one, other, admin]) client.destroy();
      return Promise.resolve();
    },
  };
}

/** One server of each sort for all pairs of a file: a cluster takes two seconds to form. */
export class SharedServers {
  readonly #servers = new Map<boolean, Promise<RedisServer>>();

  /** Connects clients to the server of their sort. */
  async connect(pair: ClientPair): Promise<RedisSetup> {
    const server = this.#servers.get(pair.isCluster) ?? startRedis({ cluster: pair.isCluster });
    this.#servers.set(pair.isCluster, server);
    return connectTo(await server, pair);
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) await (await server).stop();
  }
}
