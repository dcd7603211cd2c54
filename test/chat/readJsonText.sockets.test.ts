import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readJsonText } from '../../src/chat/readJsonText.js';
import { httpStatusOf } from '../../src/errors/httpStatusOf.js';
import { publicError } from '../../src/errors/publicError.js';

const headers = { 'content-type': 'application/json' };

/** Serves one answer to each request: the text that was read, or the error. */
async function serve(maxBytes?: number): Promise<{ url: string; read: Promise<number> }> {
  let tell: (bytes: number) => void;
  const read = new Promise<number>((resolve) => (tell = resolve));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      response.end(await readJsonText(request, { maxBytes }));
    } catch (error) {
      response.writeHead(httpStatusOf(error)).end(publicError(error).message);
      tell(request.socket.bytesRead);
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, read };
}

describe('readJsonText with a request of Node', () => {
  it('reads a text that arrives in pieces, cut within a character', async () => {
    const { url } = await serve();
    const sent = ask(url, { method: 'POST', headers });
    const bytes = Buffer.from('{"text":"🙂é"}');
    for (const byte of bytes) sent.write(Buffer.of(byte));
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect((await response.toArray()).join('')).toBe('{"text":"🙂é"}');
  });

  it('answers a body above the limit before the rest of it has come, which it drops', async () => {
    const { url, read } = await serve(1_000);
    const sent = ask(url, { method: 'POST', headers });
    // No end and no length: the client could send forever.
    sent.write('x'.repeat(2_000));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(await read).toBeLessThan(4_000);
    // More than the buffers between the two ends hold.
    const failure = await new Promise((resolve) => sent.write('x'.repeat(20_000_000), resolve));
    expect(failure ?? undefined).toBeUndefined();
    sent.end();
    expect((await response.toArray()).join('')).toBe('The request or the reply is too large');
  });

  it('answers a length above the limit before the body has come', async () => {
    const { url } = await serve(1_000);
    const sent = ask(url, { method: 'POST', headers: { ...headers, 'content-length': 1_001 } });
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    sent.destroy();
  });

  it('fails when the client disconnects', async () => {
    const failed = new Promise<unknown>((resolve, reject) => {
      const server = createServer((request) => void readJsonText(request).then(reject, resolve));
      server.listen(0, '127.0.0.1', () => {
        const sent = ask({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', method: 'POST', headers });
        sent.on('error', () => undefined).write('{');
        server.once('request', () => sent.destroy());
      });
      onTestFinished(() => void server.close());
    });
    expect(await failed).toMatchObject({ kind: 'network', message: 'The body of the request broke off' });
  });
});
