import type { IncomingMessage, ServerResponse } from 'node:http';

/** Lets any page read the answers; a preflight is answered here. Returns whether it was one. */
export function allowOrigins({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', '*');
  if (method !== 'OPTIONS') return false;
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    // `*` would leave out `Authorization`.
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '3600',
  });
  response.end();
  return true;
}
