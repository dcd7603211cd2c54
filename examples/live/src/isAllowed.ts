import type { IncomingMessage } from 'node:http';

/** The names of this server, beside those of this computer: `ALLOWED_HOSTS=voice.example,www.voice.example`. */
const hosts = new Set(['localhost', '127.0.0.1', '[::1]', ...(process.env['ALLOWED_HOSTS'] ?? '').split(',')]);

/**
 * Whether a request names this server as its host. The page of another site can have its own name lead to this address
 * (DNS rebinding): the browser then takes that page for ours, but still sends its name.
 */
export function isForUs({ headers: { host } }: IncomingMessage): boolean {
  return host !== undefined && URL.canParse(`http://${host}`) && hosts.has(new URL(`http://${host}`).hostname);
}

/** Whether a request comes from our page, or from a program that is not a browser: a browser names the origin of a POST. */
export function isFromOurPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
