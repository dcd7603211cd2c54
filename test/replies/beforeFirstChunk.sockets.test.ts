import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { concatMap, from, map, tap, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { answerContents } from '../../src/chat/answerContents.js';
import { createChat } from '../../src/chat/createChat.js';
import { readChatRequest } from '../../src/chat/readChatRequest.js';
import { emptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { mergeChunks } from '../../src/chunk/mergeChunks.js';
import { createReplies, type Replies } from '../../src/replies/createReplies.js';
import { pipeToServerResponse } from '../../src/sinks/pipeToServerResponse.js';
import { serveWebSocket } from '../../src/sinks/serveWebSocket.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import type { ReplySseOptions } from '../../src/sinks/sendEvents.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { webSocketReplies } from '../../src/sources/webSocketReplies.js';
import { serve } from '../sinks/sse.js';
import { emulate, params } from '../support/emulate.js';
import { deferred, outcomeOf } from '../support/outcome.js';

const letters = [...'abcdefgh'];
const textOf = (chunks: readonly GeminiChunk[]) => chunks.reduce(mergeChunks, emptyChunk).text;

type Answer = (reply$: Observable<GeminiChunk>, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const piped =
  (options: ReplySseOptions = {}): Answer =>
  (reply$, _, response) =>
    pipeToServerResponse(reply$, response, options);

/** A host of web `Response`s. */
const responded =
  (options: ReplySseOptions = {}): Answer =>
  async (reply$, { method = 'GET' }, response) => {
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    const { headers, body } = toSseResponse(reply$, { ...options, request: { method, signal: abort.signal } });
    response.writeHead(200, Object.fromEntries(headers));
    const decoder = new TextDecoder();
    for await (const piece of body!) response.write(decoder.decode(piece));
    response.end();
  };

const lastId = ({ headers }: IncomingMessage) => headers['last-event-id'] as string | undefined;

/** Breaks the connection of a response after some bytes of its body, or after the event with a text. */
function breakAfter(response: ServerResponse, place: number | string): void {
  let rest = typeof place === 'number' ? place : Infinity;
  const write = response.write.bind(response) as (text: string) => boolean;
  response.write = (text: string) => {
    if (rest <= 0) return true;
    if (typeof place === 'string' && text.includes(place)) rest = text.length;
    const part = text.slice(0, rest);
    rest -= part.length;
    const isTaken = write(part);
    if (rest <= 0) setImmediate(() => response.destroy());
    return isTaken;
  };
}

/** The route of the documentation, over a model that says nothing before the reader has connected twice. */
async function served(answer: Answer, cuts: readonly (number | string)[], asked: (string | undefined)[] = []) {
  const { ai, emulator } = await emulate({ chunks: letters, pace: 1 });
  const replies = createReplies();
  onTestFinished(() => replies.close());
  const back = deferred();
  const held = (source: Observable<GeminiChunk>) =>
    source.pipe(concatMap((chunk) => from(back.promise).pipe(map(() => chunk))));
  const url = await serve((request, response) => {
    const id = request.url ?? '';
    const after = lastId(request);
    const cut = cuts[asked.push(after) - 1];
    if (cut !== undefined) breakAfter(response, cut);
    if (asked.length === 2) back.resolve();
    if (!after) void replies.start(id, held(fromGemini(ai, params)));
    void answer(replies.follow(id, { after }), request, response).catch(() => undefined);
  });
  return { url: `${url}/${randomUUID()}`, emulator, asked };
}

const read = (url: string, count = 100) => fromSse(url, { method: 'POST' }, { reconnect: { delay: 0, count } });

describe('a connection that breaks before the first chunk', () => {
  it.each<[string, Answer]>([
    ['pipeToServerResponse', piped()],
    ['toSseResponse', responded()],
    ['all annotations', piped({ annotations: true })],
    ['the plain format', responded({ format: 'text' })],
  ])('is resumed, wherever it breaks again, and the model is asked once: %s', async (_, answer) => {
    const cut = fc.integer({ min: 1, max: 700 });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 5 }), async (cuts) => {
        const { url, emulator, asked } = await served(answer, ['--1', ...cuts]);
        const { values, error, isComplete } = await outcomeOf(read(url));
        expect(error).toBeUndefined();
        expect(isComplete).toBe(true);
        expect(textOf(values)).toBe('abcdefgh');
        expect(asked[1]).toMatch(/^[0-9a-z]{16}-0--1$/);
        expect(emulator.requests).toHaveLength(1);
      }),
      { numRuns: 8 },
    );
  });

  it.each<ReplySseOptions>([{}, { annotations: ['position'] }])(
    'counts its reconnections without a chunk, with %j',
    async (options) => {
      const cuts = Array.from({ length: 10 }, () => '--1');
      const { url, asked } = await served(piped(options), ['', '', ...cuts], [undefined, undefined]);
      const { values, error } = await outcomeOf(read(url, 3));
      expect(values).toHaveLength(options.annotations ? 1 : 0);
      expect(error?.kind).toMatch(/network|truncated/);
      expect(asked.slice(2)).toEqual([
        undefined,
        ...cuts.slice(0, 3).map((end): unknown => expect.stringContaining(end)),
      ]);
    },
  );
});

it('a WebSocket that breaks before the first chunk is resumed, and the model is asked once', async () => {
  const { ai, emulator } = await emulate({ chunks: letters, pace: 1 });
  const replies = createReplies();
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await replies.close();
    for (const client of wss.clients) client.terminate();
    await new Promise<void>((resolve) => wss.close(() => resolve()));
  });
  await new Promise((resolve) => wss.once('listening', resolve));
  const back = deferred();
  const asked: (string | undefined)[] = [];
  wss.on('connection', (socket) => {
    const send = socket.send.bind(socket) as (...args: unknown[]) => void;
    // Breaks once the first position is on its way.
    if (asked.length === 0)
      socket.send = (text: unknown) => send(text, () => String(text).includes('--1') && socket.terminate());
    void serveWebSocket(socket, (message, after?: string) => {
      const id = String(message);
      asked.push(after);
      if (after === undefined) {
        const reply$ = fromGemini(ai, params).pipe(concatMap((each) => from(back.promise).pipe(map(() => each))));
        void replies.start(id, reply$);
      } else back.resolve();
      return replies.follow(id, { after });
    });
  });
  const { port } = wss.address() as { port: number };
  const ask = webSocketReplies(`ws://127.0.0.1:${port}`, { WebSocket, reconnect: { delay: 0 } });
  const { values, error } = await outcomeOf(ask(randomUUID()));
  expect(error).toBeUndefined();
  expect(textOf(values)).toBe('abcdefgh');
  expect(asked).toEqual([undefined, expect.stringMatching(/-0--1$/)]);
  expect(emulator.requests).toHaveLength(1);
});

describe('a chat of a browser over a route of `createReplies`', () => {
  /** The routes `POST` and `DELETE /api/replies/:id`, and a chat over them. */
  async function chatOver(replies: Replies) {
    const { ai, emulator } = await emulate({ chunks: ['Hello, ', 'world'], stallAfter: { chunks: 1 } });
    const seen: string[] = [];
    const post = async (id: string, request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      for await (const piece of request) body += String(piece);
      const after = lastId(request);
      if (!after) await replies.start(id, answerContents(ai, { ...readChatRequest(body), model: params.model }));
      await pipeToServerResponse(replies.follow(id, { after }), response);
    };
    const origin = await serve((request, response) => {
      const id = request.url!.split('/').at(-1)!;
      seen.push(`${request.method} ${id}`);
      if (request.method === 'POST') void post(id, request, response);
      else void replies.stop(id).then((isStopped) => response.writeHead(isStopped ? 204 : 404).end());
    });
    const ids: string[] = [];
    const chat = createChat((request) => {
      const url = `${origin}/api/replies/${crypto.randomUUID()}`;
      ids.push(url.split('/').at(-1)!);
      const stop = () => void fetch(url, { method: 'DELETE', keepalive: true }).catch(() => undefined);
      return fromSse(url, { json: request }).pipe(tap({ unsubscribe: stop }));
    });
    return { chat, emulator, seen, ids };
  }

  it('stops the reply for everybody with `cancel`, by a DELETE of the id of the request', async () => {
    const replies = createReplies();
    onTestFinished(() => replies.close());
    const { chat, emulator, seen, ids } = await chatOver(replies);
    const sending = outcomeOf(chat.send('Hi'));
    await vi.waitFor(async () => expect((await replies.list())[0]?.chars).toBe(7));
    chat.cancel();
    await sending;
    await emulator.requests[0]?.closed;
    expect(emulator.requests[0]?.closedEarly).toBe(true);
    expect(await replies.list()).toEqual([]);
    expect(seen).toEqual([`POST ${ids[0]}`, `DELETE ${ids[0]}`]);
    const late = await outcomeOf(replies.follow(ids[0]!));
    expect(late.values[0]).toMatchObject({ text: 'Hello, ', cancelled: {} });
  });
});
