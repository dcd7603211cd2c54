import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isForUs } from './isAllowed.js';

const files: Readonly<Record<string, readonly [path: string, type: string]>> = {
  '/': ['public/index.html', 'text/html; charset=utf-8'],
  '/style.css': ['public/style.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['public/icon.svg', 'image/svg+xml'],
  '/page.js': ['dist/page/page.js', 'text/javascript; charset=utf-8'],
  '/pcmCapture.js': ['dist/page/pcmCapture.js', 'text/javascript; charset=utf-8'],
};

/**
 * Serves the files of the page, and nothing else.
 *
 * @param service - The origin of the sockets that the page may open.
 */
export async function servePage(request: IncomingMessage, response: ServerResponse, service: string): Promise<void> {
  const { method, url = '/' } = request;
  const path = url.split('?', 1)[0] ?? '/';
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  const headers = headersFor(service);
  if (!isForUs(request)) response.writeHead(403, headers).end();
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
  else if (file === undefined) response.writeHead(404, headers).end();
  else {
    const content = await readFile(new URL(`../${file[0]}`, import.meta.url));
    response.writeHead(200, { ...headers, 'Content-Type': file[1], 'Content-Length': content.length });
    response.end(method === 'HEAD' ? undefined : content);
  }
}

function headersFor(service: string): Record<string, string> {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${service}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'microphone=(self), camera=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}
