import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** A server on another thread, which goes on while a test holds this one. */
export interface ThreadServer {
  readonly url: string;
  /** Holds this thread until the server has written the rest of its reply, and then until `isOver`. */
  hold(isOver: () => boolean): void;
}

/** The server's code: it writes the first part, and the rest on request. */
const code = `
  const { createServer } = require('node:http');
  const { createGzip } = require('node:zlib');
  const { parentPort, workerData } = require('node:worker_threads');
  const { state, first, rest, isPacked } = workerData;
  const server = createServer((request, response) => {
    const headers = { 'content-type': 'text/event-stream', ...(isPacked && { 'content-encoding': 'gzip' }) };
    response.writeHead(200, headers).flushHeaders();
    const body = isPacked ? createGzip() : response;
    if (isPacked) body.pipe(response);
    const write = (text, done) => body.write(text, () => (isPacked ? body.flush(done) : done()));
    write(first, () => undefined);
    const asked = setInterval(() => {
      if (Atomics.load(state, 0) !== 1) return;
      clearInterval(asked);
      write(rest, () => {
        body.end();
        setTimeout(() => Atomics.store(state, 0, 2), 5);
      });
    }, 1);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Starts a server for one test, which answers with `first` and, once this thread is held, with `rest`. */
export async function threadServer(first: string, rest: string, isPacked = false): Promise<ThreadServer> {
  const state = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(code, { eval: true, workerData: { state, first, rest, isPacked } });
  onTestFinished(async () => {
    await worker.terminate();
  });
  const [port] = (await once(worker, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}/`,
    hold(isOver) {
      Atomics.store(state, 0, 1);
      while (Atomics.load(state, 0) !== 2 || !isOver());
    },
  };
}
