import type { IncomingMessage, Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { LiveServer } from './liveServer.js';

/**
 * The option of a server by which Node 24.9 and newer upgrades to a WebSocket only, and answers any other request over HTTP
 * by itself.
 */
export const onlyWebSockets: ServerOptions = { shouldUpgradeCallback: isForWebSocket } as object;

/**
 * Hands the requests to upgrade to a WebSocket to `live`. A request to upgrade to another protocol, such as HTTP/2 by the
 * client of Java, is answered over HTTP, as by a server that does not know the protocol.
 */
export function acceptUpgrades(server: Server, live: LiveServer): void {
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    if (isForWebSocket(incoming)) {
      void live.upgrade(incoming, socket, head);
      return;
    }
    socket.unshift(Buffer.concat([headWithoutUpgrade(incoming), head]));
    server.emit('connection', socket);
  });
}

function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

function headWithoutUpgrade({ method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!/^(?:connection|upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
