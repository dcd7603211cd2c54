import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { GeminiError, httpStatusOf, pipeToServerResponse, publicError, readJsonText } from 'rxjs-gemini';
import { agUiEvents, type AgUiInput } from 'rxjs-gemini/ag-ui';
import { createClient, tools } from './gemini.js';
import { GeminiAgent } from './geminiAgent.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

/** The names of this machine, with which a browser reaches it. */
const hosts = [HOST, 'localhost', '127.0.0.1', '[::1]'];

/** The longest body of a run, in bytes: a history with pictures. */
const maxBytes = 10_000_000;

const files: Readonly<Record<string, readonly [path: string, type: string]>> = {
  '/': ['../page/index.html', 'text/html; charset=utf-8'],
  '/style.css': ['../page/style.css', 'text/css; charset=utf-8'],
  '/page.js': ['../dist/page.js', 'text/javascript; charset=utf-8'],
};

const agent = new GeminiAgent(await createClient(), tools);
const server = createServer((request, response) => {
  const served = request.method === 'POST' ? serveRun(request, response) : serveFile(request, response);
  served.catch(() => response.destroy());
});
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  console.log(`Listens on http://${HOST}:${String(typeof address === 'object' ? address?.port : PORT)}`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit());

/** The route: the body is the user's word, and is checked before the model is asked. */
async function serveRun(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (!isFromOurPage(request)) return void response.writeHead(403).end();
    const input = parse(await readJsonText(request, { maxBytes })) as AgUiInput;
    const reply$ = agent.answer(input as Parameters<typeof agent.answer>[0]);
    await pipeToServerResponse(reply$, response, { format: agUiEvents(input) });
  } catch (cause) {
    response
      .writeHead(httpStatusOf(cause), { 'Content-Type': 'application/json' })
      .end(JSON.stringify(publicError(cause)));
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new GeminiError('The body of the request is not JSON', { kind: 'invalid_request' });
  }
}

/**
 * Whether a request comes from our page, or from a program. A page of another site would spend the key: it has another
 * origin, or, if its name was made to lead to this machine, another host.
 */
function isFromOurPage({ headers: { origin, host = '' } }: IncomingMessage): boolean {
  const ours = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  if (!ours || !hosts.includes(ours.hostname)) return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === ours.host);
}

async function serveFile({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path, type] = (Object.hasOwn(files, url) ? files[url] : undefined) ?? [];
  if (path === undefined || type === undefined) return void response.writeHead(404).end();
  const file = await readFile(new URL(path, import.meta.url));
  response.writeHead(200, { 'Content-Type': type }).end(file);
}
