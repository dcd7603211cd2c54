import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';

/** Starts a server for one test; returns its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks on a connection of its own; nothing is read of the answer but its headers. */
export function ask(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent: false }, resolve).on('error', reject).end();
  });
}

export interface ReadEvent {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: unknown;
}

/** Reads the text of a stream, cut anywhere. */
export function eventParser(onEvent: (event: ReadEvent) => void): { feed: (text: string) => void } {
  return createParser({
    onEvent: ({ id, event, data }) => onEvent({ ...(id && { id }), ...(event && { event }), data: JSON.parse(data) }),
  });
}

/** The events of a stream's text, their data parsed. */
export function eventsIn(text: string): ReadEvent[] {
  const events: ReadEvent[] = [];
  eventParser((event) => events.push(event)).feed(text);
  return events;
}
