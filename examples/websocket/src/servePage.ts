import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isForUs } from './isAllowed.js';

const files: Readonly<Record<string, readonly [path: string, type: string]>> = {
  '/': ['public/index.html', 'text/html; charset=utf-8'],
  '/style.css': ['public/style.css', 'text/css; charset=utf-8'],
  '/message.css': ['public/message.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['public/icon.svg', 'image/svg+xml'],
  '/page.js': ['dist/page.js', 'text/javascript; charset=utf-8'],
};

const headers = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Serves the files of the page, and nothing else. */
export async function servePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '/' } = request;
  const path = url.split('?', 1)[0] ?? '/';
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!isForUs(request)) response.writeHead(403, headers).end();
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
  else if (file === undefined) response.writeHead(404, headers).end();
  else {
    const content = await readFile(new URL(`../${file[0]}`, import.meta.url));
    response.writeHead(200, { ...headers, 'Content-Type': file[1], 'Content-Length': content.length });
    response.end(method === 'HEAD' ? undefined : content);
  }
}
