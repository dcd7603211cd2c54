import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isForUs, isFromOurPage } from './isAllowed.js';
import { limits } from './limits.js';
import type { Room } from './room.js';
import { serveClient } from './serveClient.js';

/** Serves the sockets that our pages open. */
export function acceptSockets(server: Server, room: Room): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes });
  /** The number of open sockets by address. */
  const open = new Map<string, number>();

  const count = (address: string, change: 1 | -1) => {
    const number = (open.get(address) ?? 0) + change;
    if (number > 0) open.set(address, number);
    else open.delete(address);
  };
  const refusal = (request: IncomingMessage, address: string): string | undefined => {
    if (!isForUs(request) || !isFromOurPage(request)) return '403 Forbidden';
    if ((open.get(address) ?? 0) >= limits.socketsOfAddress) return '429 Too Many Requests';
    return sockets.clients.size >= limits.sockets ? '503 Service Unavailable' : undefined;
  };

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    // Nobody else listens now, and a connection that is reset would end the process.
    connection.on('error', () => connection.destroy());
    // Behind a proxy, this is the proxy's: take the address from the header that your proxy sets.
    const address = request.socket.remoteAddress ?? '';
    const refused = refusal(request, address);
    if (refused !== undefined) {
      connection.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, connection, head, (client) => {
      count(address, 1);
      client.once('close', () => count(address, -1));
      serveClient(client, room, { address });
    });
  });
  return sockets;
}
