import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

/** Both ends of a connection, for one test. `messages` has the parsed messages that the client received. */
export interface Sockets {
  readonly server: WebSocket;
  readonly client: WebSocket;
  readonly messages: unknown[];
}

interface SocketsOptions {
  /** The largest message that the server takes, in bytes. */
  readonly maxPayload?: number;
  /** Called with the server's end, in the handler of the connection. */
  readonly onConnection?: (server: WebSocket) => void;
  /** Messages that the client sends as soon as it can. */
  readonly atOnce?: string;
  /** Stands between the two: returns the port to connect to, for that of the server. */
  readonly via?: (port: number) => Promise<number>;
}

export async function connectedSockets(options: SocketsOptions = {}): Promise<Sockets> {
  const { maxPayload, onConnection, atOnce, via } = options;
  const listening = new WebSocketServer({ host: '127.0.0.1', port: 0, ...(maxPayload && { maxPayload }) });
  onTestFinished(() => {
    for (const socket of listening.clients) socket.terminate();
    return new Promise<void>((resolve) => listening.close(() => resolve()));
  });
  await new Promise((resolve) => listening.once('listening', resolve));
  const accepted = new Promise<WebSocket>((resolve) => {
    listening.once('connection', (socket) => {
      onConnection?.(socket);
      resolve(socket);
    });
  });
  const { port } = listening.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${via ? await via(port) : port}`);
  const messages: unknown[] = [];
  client.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
  await new Promise<void>((resolve) => {
    client.once('open', () => {
      if (atOnce !== undefined) client.send(atOnce);
      resolve();
    });
  });
  return { server: await accepted, client, messages };
}

/** As {@link connectedSockets}, through a proxy that closes connections in which nothing came for so long. */
export async function proxiedSockets(): Promise<Sockets & { closeIdle(ms: number): void }> {
  const ends = new Set<Socket>();
  const proxy = (port: number) =>
    new Promise<number>((resolve) => {
      const listening = createServer((near) => {
        const far = connect(port, '127.0.0.1');
        for (const [from, to] of [
          [near, far],
          [far, near],
        ] as const) {
          ends.add(from);
          from.pipe(to);
          from.on('error', () => undefined);
          from.on('timeout', () => {
            near.destroy();
            far.destroy();
          });
        }
      });
      onTestFinished(() => {
        for (const end of ends) end.destroy();
        listening.close();
      });
      listening.listen(0, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
    });
  const sockets = await connectedSockets({ via: proxy });
  return {
    ...sockets,
    closeIdle(ms) {
      for (const end of ends) end.setTimeout(ms);
    },
  };
}
