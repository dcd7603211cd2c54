/**
 * Sends each request to the next of several servers, in turn: `PORT=3000 node proxy.mjs 3001 3002`. It stands in for
 * your own load balancer, which also leaves out a server that does not answer.
 */
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';

const { HOST: host = '127.0.0.1', PORT = '3000' } = process.env;
const ports = process.argv.slice(2);
let count = 0;
const nextPort = () => ports[count++ % ports.length];

const server = createServer((incoming, response) => {
  const { method, url: path, headers } = incoming;
  const port = nextPort();
  const forwarded = { ...headers, 'x-forwarded-for': addressesOf(incoming) };
  const outgoing = request({ host, port, method, path, headers: forwarded });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode, { ...answer.headers, 'Served-By': port }).flushHeaders();
    // A reply that breaks off breaks off for the reader too, who then comes back for the rest.
    pipeline(answer, response, () => {});
  });
  outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
});

server.on('upgrade', (incoming, socket, head) => {
  const { method, url, rawHeaders } = incoming;
  const upstream = connect(nextPort(), host);
  const headers = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
  const forwarded = `X-Forwarded-For: ${incoming.socket.remoteAddress}\r\n`;
  upstream.write(`${method} ${url} HTTP/1.1\r\n${headers}${forwarded}\r\n`);
  upstream.write(head);
  pipeline(socket, upstream, socket, () => {});
});

/** The addresses for `TRUSTED_PROXIES`: those that the request names, then its own. The server reads the last ones only. */
function addressesOf({ headers, socket }) {
  return [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean).join(', ');
}

server.listen(PORT, host, () => console.log(`The proxy listens on http://${host}:${server.address().port}`));
