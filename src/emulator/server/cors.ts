import type { IncomingMessage, ServerResponse } from 'node:http';

/** The origins of pages that may read the answers, besides those of this machine; `'*'` for all. */
export type AllowedOrigins = readonly string[] | '*';

/**
 * Sets the headers with which a page of an allowed origin may read the answer. Answers a preflight request, and returns
 * whether the request was a preflight.
 */
export function allowOrigins(incoming: IncomingMessage, response: ServerResponse, origins: AllowedOrigins): boolean {
  const { method, headers } = incoming;
  const { origin } = headers;
  const isAllowed = origin !== undefined && isAllowedOrigin(origin, origins);
  response.setHeader('vary', 'Origin');
  if (isAllowed) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', '*');
  }
  if (method !== 'OPTIONS') return false;
  response.writeHead(isAllowed || origin === undefined ? 204 : 403, isAllowed ? preflight(headers) : {});
  response.end();
  return true;
}

/** Whether pages of an origin may read the answers. */
export function isAllowedOrigin(origin: string, origins: AllowedOrigins): boolean {
  return origins === '*' || origins.includes(origin) || isLoopback(origin);
}

function preflight(headers: IncomingMessage['headers']): Record<string, string> {
  return {
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    // `*` would leave out `Authorization`.
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '3600',
  };
}

/** Whether an origin is on this machine; not a host whose name only begins like a local one. */
function isLoopback(origin: string): boolean {
  try {
    const { hostname } = new URL(origin);
    return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}
