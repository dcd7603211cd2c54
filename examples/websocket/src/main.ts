import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { connectGemini } from './gemini.js';
import { Room } from './room.js';
import { serveClient } from './serveClient.js';
import { servePage } from './servePage.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

/** The time that a page has to close its socket, in ms. */
const goodbye = 1_000;

const room = new Room(await connectGemini());
const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
const server = createServer((request, response) => {
  servePage(request, response).catch(() => response.destroy());
});

server.on('upgrade', (request, socket, head) => {
  // Nobody else listens now, and a connection that is reset would end the process.
  socket.on('error', () => socket.destroy());
  if (isFromOurPage(request)) sockets.handleUpgrade(request, socket, head, (client) => serveClient(client, room));
  else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
});
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  console.log(`Listens on http://${HOST}:${String(typeof address === 'object' ? address?.port : PORT)}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);

/** Any page in the browser may open a socket to this address: no browser keeps it from that, and it would spend the key. */
function isFromOurPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** The pages are told how their replies ended, and why the socket closes. */
function close(): void {
  room.close();
  server.close();
  for (const client of sockets.clients) client.close(1001, 'The server is shutting down');
  setTimeout(() => process.exit(), goodbye).unref();
  server.once('close', () => process.exit());
}
