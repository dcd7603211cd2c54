import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that counts its open requests, each of which has a name. */
export interface CountingServer {
  readonly url: string;
  /** The names of all requests in the order of arrival. */
  readonly seen: readonly string[];
  /** The largest number of requests that were open at once. */
  readonly most: number;
  readonly open: readonly string[];
  /** Answers an open request. */
  release(name: string): void;
  close(): Promise<void>;
}

/** @param hold - The time after which a request is answered, in ms; absent: only by `release`. */
export async function startCountingServer(hold?: number): Promise<CountingServer> {
  const open = new Map<string, ServerResponse>();
  const seen: string[] = [];
  let most = 0;
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    open.set(name, response);
    seen.push(name);
    most = Math.max(most, open.size);
    const end = () => {
      if (open.get(name) === response) open.delete(name);
    };
    response.on('close', end);
    if (hold !== undefined) {
      setTimeout(() => {
        end();
        response.end();
      }, hold);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    seen,
    get most() {
      return most;
    },
    get open() {
      return [...open.keys()];
    },
    release(name) {
      const response = open.get(name);
      open.delete(name);
      response?.end();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
