import type { ServerResponse } from 'node:http';
import { startEmulator, type Emulator, type EmulatorExchange } from 'rxjs-gemini/emulator';
import type { Connect, Plugin, PreviewServer, ViteDevServer } from 'vite';
import { runHeader } from '../src/scenarios.ts';
import type { ServerNews } from '../src/serverNews.ts';
import { answerTo } from './answers.ts';

/** Runs an emulator of Gemini beside Vite, and reports its address and its requests to the page at `/emulator`. */
export function emulatorPlugin(): Plugin {
  return { name: 'gemini-emulator', configureServer: serve, configurePreviewServer: serve };
}

async function serve({ middlewares, httpServer }: ViteDevServer | PreviewServer): Promise<void> {
  const pages = new Set<ServerResponse>();
  const tell = (news: ServerNews) => {
    for (const page of pages) writeNews(page, news);
  };
  const emulator: Emulator = await startEmulator({
    reply: (request) => {
      const ofRun = emulator.requests.filter(({ headers }) => headers[runHeader] === request.headers[runHeader]);
      const exchange = ofRun.find(({ index }) => index === request.index);
      if (exchange) void tellOf(exchange, tell);
      return answerTo(request, ofRun.length);
    },
    history: 100,
  });
  const listen: Connect.NextHandleFunction = (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    pages.add(response);
    request.on('close', () => pages.delete(response));
    writeNews(response, { type: 'ready', url: emulator.url });
  };
  middlewares.use('/emulator', listen);
  httpServer?.once('close', () => void emulator.close());
}

/** From the request on, until its connection is closed. */
async function tellOf(exchange: EmulatorExchange, tell: (news: ServerNews) => void): Promise<void> {
  const { headers, index: request, closed } = exchange;
  const { [runHeader]: run = '' } = headers;
  tell({ type: 'open', run, request });
  await closed;
  const { chunksSent: chunks, finished, closedEarly } = exchange;
  tell({ type: 'closed', run, request, chunks, by: finished ? 'server' : closedEarly ? 'client' : 'fault' });
}

function writeNews(page: ServerResponse, news: ServerNews): void {
  page.write(`data: ${JSON.stringify(news)}\n\n`);
}
