import { createServer } from 'node:http';
import { acceptSockets } from './acceptSockets.js';
import { connectGemini } from './gemini.js';
import { Room } from './room.js';
import { servePage } from './servePage.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

/** The time that a page has to close its socket, in ms. */
const goodbye = 1_000;

const room = new Room(await connectGemini());
const server = createServer((request, response) => {
  servePage(request, response).catch(() => response.destroy());
});
const sockets = acceptSockets(server, room);
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  console.log(`Listens on http://${HOST}:${String(typeof address === 'object' ? address?.port : PORT)}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);

/** The pages are told how their replies ended, and why the socket closes. */
function close(): void {
  room.close();
  server.close();
  for (const client of sockets.clients) client.close(1001, 'The server is shutting down');
  setTimeout(() => process.exit(), goodbye).unref();
  server.once('close', () => process.exit());
}
