import { build, type Metafile } from 'esbuild';
import { startSseServer, whole, type Answer, type SseServer } from '../../support/sseServer.js';

/** A server of a page that loads a bundle, and of all that the page requests. */
export interface PageServer extends SseServer {
  /** The files of the bundle. */
  readonly bundled: Metafile['inputs'];
}

/**
 * Bundles a script for browsers and serves a page with it.
 *
 * @param entry - The path of the script.
 * @param answer - Answers the requests of the script.
 */
export async function startPageServer(entry: string, answer: Answer): Promise<PageServer> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    // Nothing of Node, and no SDK, can be found by it.
    platform: 'browser',
    logLevel: 'silent',
  });
  const script = whole(outputFiles[0]!.text, { 'Content-Type': 'text/javascript' });
  // Its icon is not requested from the server.
  const html = whole(
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/page.js"></script>',
    { 'Content-Type': 'text/html' },
  );
  const server = await startSseServer((response, request, index) => {
    const own = request.url === '/' ? html : request.url === '/page.js' ? script : answer;
    own(response, request, index);
  });
  return { ...server, bundled: metafile.inputs };
}
