import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that `npm run site` writes. */
export const siteFolder = fileURLToPath(new URL('../../../site', import.meta.url));

/** The site on loopback. */
export interface ServedSite {
  /** The address of the first page, which is below a path, as on a host of many projects. */
  readonly url: string;
  close(): Promise<void>;
}

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

const base = '/projects/rxjs-gemini';

/** Serves the built site as a static host does. */
export async function serveSite(): Promise<ServedSite> {
  if (!existsSync(siteFolder)) throw new Error('The site is not built: run npm run site first');
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const file = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  const found = file.startsWith(`${base}/`) ? await contentOf(siteFolder + file.slice(base.length)) : undefined;
  const type = types[extname(file)] ?? 'text/plain';
  response.writeHead(found ? 200 : 404, { 'content-type': type }).end(found ?? 'Not found');
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}
