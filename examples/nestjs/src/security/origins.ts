import type { IncomingMessage } from 'node:http';

const { PUBLIC_URL, HOSTS = '', CORS_ORIGIN = '' } = process.env;

const local = new Set(['localhost', '127.0.0.1', '[::1]']);
const publicUrl = PUBLIC_URL ? new URL(PUBLIC_URL) : undefined;
/** The names under which this server is reached, without ports. */
const hosts = new Set([...local, ...namesIn(HOSTS), ...(publicUrl ? [publicUrl.hostname] : [])]);
/** The other origins whose pages may ask. */
const origins = new Set([...namesIn(CORS_ORIGIN), ...(publicUrl ? [publicUrl.origin] : [])]);

/**
 * Returns why a request is not answered; undefined if it comes from a page of this server or of an allowed origin, or
 * from a program that is not a browser. CORS only hides an answer from a foreign page, and does not apply to a WebSocket.
 */
export function foreignReason(request: IncomingMessage): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers;
  // A page whose name was pointed at this machine (DNS rebinding) sends its own name.
  if (!hosts.has(hostnameOf(host))) return 'This server is not reached by this host: name it in `HOSTS`';
  if (origin !== undefined) {
    return isAllowedOrigin(origin, host) ? undefined : 'Pages of this origin may not ask: name it in `CORS_ORIGIN`';
  }
  // A browser leaves `Origin` out of a simple GET.
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  return isForeign ? 'Pages of another site may not ask' : undefined;
}

/** Whether the pages of an origin may ask and read: those of this host, and the named ones. */
export function isAllowedOrigin(origin: string, host: string): boolean {
  if (origins.has(origin)) return true;
  // `null` is the origin of a sandboxed page and of a file.
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.host === host && host !== '') return true;
  // For development: the pages of this machine, such as the Angular example's, unless an origin is named.
  return origins.size === 0 && local.has(url.hostname) && local.has(hostnameOf(host));
}

function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}
