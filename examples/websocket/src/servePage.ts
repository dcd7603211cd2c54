import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

const types: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'page.js': 'text/javascript; charset=utf-8',
  'connect.js': 'text/javascript; charset=utf-8',
  'replyView.js': 'text/javascript; charset=utf-8',
};

/** Serves the files of the page, and nothing else. */
export async function servePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0]?.slice(1);
  const name = path === '' || path === undefined ? 'index.html' : path;
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) {
    response.writeHead(404).end();
    return;
  }
  const file = await readFile(new URL(`../public/${name}`, import.meta.url));
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': "default-src 'self'" }).end(file);
}
