import http2 from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createGzip } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** A server of HTTP/2 without TLS, for one test, and a client of it. */
export async function serveHttp2(
  listener: (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => void,
): Promise<http2.ClientHttp2Session> {
  const server = http2.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => undefined);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return client;
}

/** A bare connection that has sent `text` and reads nothing until it is resumed. */
export function connection(url: string, text: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(text);
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

/** A request as its bytes. */
export function requestText(method = 'GET', version = '1.1', headers = ''): string {
  return `${method} / HTTP/${version}\r\nHost: x\r\n${headers}\r\n`;
}

/** All that a connection receives until `isWhole`, or until it closes. */
export async function receivedBy(socket: Socket, isWhole: (text: string) => boolean = () => false): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  return new Promise((resolve) => {
    socket.on('data', (piece: string) => {
      text += piece;
      if (isWhole(text)) resolve(text);
    });
    socket.on('close', () => resolve(text));
    socket.resume();
  });
}

/** Compresses a response as the middleware `compression` does: it holds pieces back, and takes over some methods. */
export function compress(response: ServerResponse): { readonly gzip: ReturnType<typeof createGzip> } {
  const gzip = createGzip();
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const on = response.on.bind(response);
  gzip.on('data', (piece: Buffer) => {
    if (!write(piece)) gzip.pause();
  });
  gzip.on('end', () => end());
  on('drain', () => gzip.resume());
  on('close', () => gzip.destroy());
  response.setHeader('Content-Encoding', 'gzip');
  Object.assign(response, {
    write: (text: string) => gzip.write(text),
    end: () => gzip.end(),
    flush: () => gzip.flush(),
    // `off` is not taken over.
    on: (event: string, listener: () => void) => (event === 'drain' ? gzip : { on }).on(event, listener),
  });
  return { gzip };
}

/** The warnings of this process during a test. */
export function warnings(): Error[] {
  const warned: Error[] = [];
  const listener = (warning: Error) => warned.push(warning);
  process.on('warning', listener);
  onTestFinished(() => {
    process.off('warning', listener);
  });
  return warned;
}
