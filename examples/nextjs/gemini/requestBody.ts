import { GeminiError, isGeminiError, publicError, readJsonText, type GeminiErrorKind } from 'rxjs-gemini';

/** The longest body, in bytes. */
const longestBody = 200_000;

/** The names of this server: `ALLOWED_HOSTS` adds the public ones. Any page can give this machine a foreign name. */
const ourHosts = new Set(['localhost', '127.0.0.1', '[::1]', ...(process.env['ALLOWED_HOSTS'] ?? '').split(',')]);

/** Reads a request of this server's own pages: the parsed JSON, or the response that refuses the request. */
export async function readJson(request: Request): Promise<unknown> {
  if (!isFromOurPage(request.headers)) return refuse(403, 'permission', 'Expected a request of a page of this server');
  try {
    return JSON.parse(await readJsonText(request, { maxBytes: longestBody }));
  } catch (error) {
    if (isGeminiError(error) && error.kind === 'overflow') {
      return refuse(413, 'overflow', `Expected at most ${longestBody} bytes`);
    }
    return refuse(400, 'invalid_request', 'Expected JSON');
  }
}

/** Without this, a page that somebody opens elsewhere could spend the key of this server. */
function isFromOurPage(headers: Headers): boolean {
  const host = `http://${headers.get('Host') ?? ''}`;
  if (!URL.canParse(host) || !ourHosts.has(new URL(host).hostname)) return false;
  // Browsers send it to https and to this machine, and no script can set it.
  const site = headers.get('Sec-Fetch-Site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('Origin');
  return origin === null || (URL.canParse(origin) && new URL(origin).host === new URL(host).host);
}

/** A response that `fromSse` reads as an error of this kind. */
export function refuse(status: number, kind: GeminiErrorKind, message: string): Response {
  const error = { ...publicError(new GeminiError(message, { kind, retryable: false })), message };
  // The rest of a body that was not read is not waited for.
  return Response.json({ error }, { status, headers: status === 413 ? { Connection: 'close' } : {} });
}
