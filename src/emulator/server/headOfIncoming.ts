import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../openExchange.js';

/** The head of a request, with each header as one text. */
export function headOfIncoming({ method = 'GET', url: path = '/', headers }: IncomingMessage): RequestHead {
  const entries = Object.entries(headers).map(([name, value = '']) => [name, String(value)] as const);
  return { method, path, headers: Object.fromEntries(entries) };
}
