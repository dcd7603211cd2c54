import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Settles when the response is over: whether it was sent whole. */
  readonly closed: Promise<boolean>;
}

/** Answers a request; `index` counts them from 0. */
export type Answer = (response: ServerResponse, request: SeenRequest, index: number) => void;

export interface SseServer {
  /** The server itself, for upgrades to a WebSocket. */
  readonly server: Server;
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A server on loopback. */
export async function startSseServer(answer: Answer): Promise<SseServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const closed = new Promise<boolean>((settle) => {
      response.on('close', () => settle(response.writableFinished));
    });
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method, url, headers } = request;
      const seen = { method, url, headers, body, closed };
      answer(response, seen, requests.push(seen) - 1);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    server,
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** The same, for one test. */
export async function serveSse(answer: Answer): Promise<SseServer> {
  const server = await startSseServer(answer);
  onTestFinished(() => server.close());
  return server;
}

export const eventStream = { 'Content-Type': 'text/event-stream' };

/** Answers with a whole body. */
export function whole(body: string, headers: Record<string, string> = eventStream, status = 200): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Answers with the beginning of a body; then the connection breaks, or the response ends as if that were all. */
export function cut(body: string | Buffer, how: 'break' | 'end' = 'break'): Answer {
  return (response) => {
    response.writeHead(200, eventStream);
    if (how === 'end') response.end(body);
    else response.write(body, () => response.destroy());
  };
}
