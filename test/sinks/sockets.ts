import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

/** Both ends of a connection, for one test. What the client gets is in `messages`, parsed. */
export interface Sockets {
  readonly server: WebSocket;
  readonly client: WebSocket;
  readonly messages: unknown[];
}

export async function connectedSockets(): Promise<Sockets> {
  const listening = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    for (const socket of listening.clients) socket.terminate();
    return new Promise<void>((resolve) => listening.close(() => resolve()));
  });
  await new Promise((resolve) => listening.once('listening', resolve));
  const accepted = new Promise<WebSocket>((resolve) => listening.once('connection', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(listening.address() as AddressInfo).port}`);
  const messages: unknown[] = [];
  client.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
  await new Promise((resolve) => client.once('open', resolve));
  return { server: await accepted, client, messages };
}
