import { createServer } from 'node:http';
import { connectGemini } from './gemini.js';
import { servePage } from './servePage.js';
import { serveToken } from './serveToken.js';
import { TokenBudget } from './tokenBudget.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const { ai, baseUrl, close } = await connectGemini();
const tokens = { ai, baseUrl, budget: new TokenBudget() };
const sockets = (baseUrl ?? 'https://generativelanguage.googleapis.com').replace(/^http/, 'ws');

const server = createServer((request, response) => {
  const served =
    request.url === '/token' ? serveToken(request, response, tokens) : servePage(request, response, sockets);
  served.catch(() => response.destroy());
});
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  console.log(`Listens on http://${HOST}:${String(typeof address === 'object' ? address?.port : PORT)}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void close().finally(() => process.exit()));
