import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy before a server that loses answers. */
export interface RedisProxy {
  readonly url: string;
  /** Lets the next answer but `count` be lost, with its connection: the server has run the command. */
  loseAnswer(count: number): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of loopback. */
export async function startRedisProxy(port: number): Promise<RedisProxy> {
  let left = Infinity;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      left -= 1;
      if (left < 0) {
        left = Infinity;
        cut();
      } else client.write(bytes);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `redis://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  return {
    url,
    loseAnswer(count) {
      left = count;
    },
    async close() {
      const closed = once(proxy, 'close');
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
