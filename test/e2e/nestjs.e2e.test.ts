import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { filter, firstValueFrom, lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { EmulatorExchange } from '../../src/emulator/exchange.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { fromSse } from '../../src/sources/fromSse.js';
import {
  ask,
  buildNestjs,
  chunksFrom,
  modelEnv,
  newVisitor,
  post,
  regularVisitor,
  requestsTo,
  send,
  startNestjs,
  stop,
  watch,
  type NestServer,
} from './support/nestjs.js';

const words = ['One ', 'two ', 'three ', 'four ', 'five ', 'six.'];

/** The answers of the model, by the first word of the prompt. */
const scenarios: Record<string, () => EmulatorScenario> = {
  count: () => ({ chunks: words, pace: 50 }),
  endless: () => ({ chunks: endless(), pace: 20 }),
  drop: () => ({ chunks: words, dropAfter: { chunks: 2 } }),
};

/** Stops every process that was started. */
const stops: (() => Promise<unknown>)[] = [];
let emulator: Emulator;
let app: NestServer;

beforeAll(async () => {
  await buildNestjs();
  emulator = await startEmulator({ reply: ({ prompt }) => scenarios[prompt.split(' ')[0] ?? '']?.() ?? {} });
  stops.push(() => emulator.close());
  app = await startNestjs('node', ['dist/main.js'], modelEnv(emulator));
  stops.push(() => app.stop());
});

afterAll(() => Promise.all(stops.map((stop) => stop())));

describe('the NestJS example', () => {
  let prompt: string;
  let id: string;

  beforeEach(({ task }) => {
    id = randomUUID();
    prompt = `count ${task.id}`;
  });

  it('answers from the emulator of the library after `npm start` without a key', async () => {
    const keyless = await startNestjs('npm', ['start'], { GEMINI_API_KEY: '', GOOGLE_API_KEY: '' });
    onTestFinished(() => keyless.stop());
    expect(keyless.output()).toContain('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
    const { text } = await lastValueFrom(ask(keyless, { prompt: 'Why is the sky blue?' }).pipe(finalResponse()));
    expect(text).toContain('Why is the sky blue?');
  });

  it('streams a reply to a POST as it arrives, and sends its id', async () => {
    const response = await post(app, { prompt });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('reply-id')).toMatch(/^[\da-f-]{36}$/);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:4200');
    const events = (await response.text()).trimEnd().split('\n\n');
    expect(events.length).toBeGreaterThan(words.length);
    expect(events.at(-1)).toBe('event: done\ndata: {}');
  });

  it('sends the history', async () => {
    const history = [
      { role: 'user', parts: [{ text: 'My name is Ada.' }] },
      { role: 'model', parts: [{ text: 'Hello Ada!', thoughtSignature: 'c2lnbmVk' }] },
    ];
    await lastValueFrom(ask(app, { prompt, history }));
    expect(requestFor(prompt).body).toMatchObject({ contents: [...history, { parts: [{ text: prompt }] }] });
  });

  it('answers the chat of a browser, and shows its reply to another reader', async () => {
    const headers = await regularVisitor(app);
    const chat = createChat((request) => fromSse(`${app.url}/chat?id=${id}`, { json: request, headers }));
    await lastValueFrom(chat.send(prompt));
    expect(chat.history()).toMatchObject([{ role: 'user' }, { role: 'model', parts: [{ text: words.join('') }] }]);
    expect(await lastValueFrom(watch(app, id).pipe(finalResponse()))).toMatchObject({ text: words.join('') });
    id = randomUUID();
    await lastValueFrom(chat.send(`count ${id}`));
    expect(requestFor(`count ${id}`).body).toMatchObject({ contents: chat.history().slice(0, -1) });
  });

  it('refuses a chat without contents, with a public sentence', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(`${app.url}/chat`, { method: 'POST', headers, body: '{"contents":"Ada"}' });
    expect(response.status).toBe(400);
    const message = 'Expected `contents` of the request to be a list of contents, got a string';
    expect(await response.json()).toEqual({ error: { kind: 'invalid_request', message, retryable: false } });
  });

  it('shows one reply to several readers, including a late reader, with one request', async () => {
    const first = lastValueFrom(ask(app, { id, prompt }).pipe(finalResponse()));
    await arrived(prompt, 3);
    const second = lastValueFrom(watch(app, id).pipe(finalResponse()));
    expect(await Promise.all([first, second])).toMatchObject([{ text: words.join('') }, { text: words.join('') }]);
    const third = lastValueFrom(watch(app, id).pipe(finalResponse()));
    expect(await third).toMatchObject({ text: words.join('') });
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('continues a reply whose readers have all disconnected, until it is stopped, and counts it as cancelled', async () => {
    prompt = prompt.replace('count', 'endless');
    const { replies } = await metrics(app);
    const leave = ask(app, { id, prompt }).subscribe();
    await arrived(prompt, 2);
    leave.unsubscribe();
    await arrived(prompt, requestFor(prompt).chunksSent + 5);
    expect(requestFor(prompt).closedAt).toBeUndefined();
    expect((await firstValueFrom(watch(app, id))).text).toContain('and so on and so on');
    expect(await stop(app, id)).toBe(204);
    await requestFor(prompt).closed;
    expect(requestFor(prompt).closedEarly).toBe(true);
    await vi.waitFor(async () => expect((await metrics(app)).replies.cancelled).toBe(replies.cancelled + 1));
    expect(await lastValueFrom(watch(app, id))).toMatchObject({ cancelled: { reason: 'cancelled by a reader' } });
    expect(await stop(app, id)).toBe(404);
  });

  it('sends the rest of a reply to a reader that comes back, without another request', async () => {
    const events = async (response: Response) => (await response.text()).split('\n\n');
    const textIn = (list: string[]) =>
      list
        .join()
        .match(/(?<="text":")[^"]*/g)
        ?.join('');
    const all = await events(await post(app, { id, prompt }));
    expect(textIn(all)).toBe(words.join(''));
    const at = all.findIndex((event) => event.includes('two '));
    const headers = { 'Last-Event-ID': /^id: (\S+)/m.exec(all[at] ?? '')?.[1] ?? '' };
    const rests = [
      post(app, { id, prompt }, headers),
      send(app, `/replies/${id}/events`, { headers }),
      send(app, `/chat?id=${id}`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: prompt }] }] }),
      }),
    ];
    for (const rest of rests) expect(textIn(await events(await rest))).toBe(textIn(all.slice(at + 1)));
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('hides a reply from other visitors, whose reply of the same id is another one', async () => {
    prompt = prompt.replace('count', 'endless');
    const bob = await newVisitor(app);
    const reader = ask(app, { id, prompt }).subscribe();
    await arrived(prompt, 2);
    expect((await send(app, `/replies/${id}/events`, { headers: bob })).status).toBe(404);
    expect(await stop(app, id, bob)).toBe(404);
    expect((await post(app, { id, prompt })).status).toBe(400);
    expect((await post(app, { id, prompt: `endless ${id}` }, bob)).status).toBe(200);
    expect(await stop(app, id, bob)).toBe(204);
    expect(requestFor(prompt).closedAt).toBeUndefined();
    expect(await stop(app, id)).toBe(204);
    expect(requestsFor(prompt)).toHaveLength(1);
    reader.unsubscribe();
  });

  it('cancels a reply for all its readers', async () => {
    prompt = prompt.replace('count', 'endless');
    const readers = [lastValueFrom(ask(app, { id, prompt }).pipe(finalResponse()))];
    await arrived(prompt, 2);
    readers.push(lastValueFrom(watch(app, id).pipe(finalResponse())));
    await vi.waitFor(async () => expect(await health(app)).toMatchObject({ status: 'ok', running: 1 }));
    expect(await stop(app, id)).toBe(204);
    const cancelled = { reason: 'cancelled by a reader' };
    expect(await Promise.all(readers)).toMatchObject([{ cancelled }, { cancelled }]);
    await requestFor(prompt).closed;
    expect(requestFor(prompt).closedEarly).toBe(true);
    expect(await health(app)).toMatchObject({ running: 0 });
  });

  it('sends a typed failure to all readers, without another request, and logs the details that they do not get', async () => {
    prompt = prompt.replace('count', 'drop');
    const failure = await lastValueFrom(ask(app, { id, prompt })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'GeminiError', kind: 'truncated' });
    const late = await lastValueFrom(watch(app, id)).catch((error: unknown) => error);
    expect(late).toMatchObject({ name: 'GeminiError', kind: 'truncated' });
    expect(app.output()).toMatch(/WARN \[GeminiService\] truncated: \w/);
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('runs eight replies of a user at once, and sends the others their positions in the queue', async () => {
    prompt = prompt.replace('count', 'endless');
    const ids = Array.from({ length: 8 }, () => randomUUID());
    const open = ids.map((each) => ask(app, { id: each, prompt }).subscribe());
    await vi.waitFor(() => expect(requestsFor(prompt)).toHaveLength(8), { timeout: 10_000 });
    const notices$ = ask(app, { prompt: `count ${id}` }).pipe(filter((chunk) => 'queued' in chunk));
    expect(await firstValueFrom(notices$)).toMatchObject({ text: '', queued: { position: 1 } });
    await Promise.all(ids.map((each) => stop(app, each)));
    for (const reader of open) reader.unsubscribe();
    await Promise.all(requestsFor(prompt).map(({ closed }) => closed));
  });

  it('refuses an invalid question, an unknown reply, and the rest after an event that was never sent', async () => {
    const statuses = async (...responses: Promise<Response>[]) => (await Promise.all(responses)).map((it) => it.status);
    await lastValueFrom(ask(app, { id, prompt }));
    const headers = { 'Last-Event-ID': '3' };
    expect(
      await statuses(
        post(app, { prompt: ' ' }),
        post(app, { prompt, history: 'none' }),
        send(app, `/replies/${randomUUID()}/events`),
        send(app, `/replies/${randomUUID()}`, { method: 'DELETE' }),
        send(app, `/replies/${id}/events`, { headers }),
      ),
    ).toEqual([400, 400, 404, 404, 502]);
    expect(await (await post(app, { prompt }, headers)).text()).toContain('event: error\ndata: {"kind":"not_found"');
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('streams replies over a WebSocket, also a reply that a POST requested', async () => {
    const socket = await connect(app);
    socket.say({ reply: 'mine', message: { prompt } });
    await socket.heard('mine', 'done');
    expect(socket.textOf('mine')).toBe(words.join(''));
    const posted = lastValueFrom(ask(app, { id, prompt: `count ${id}` }));
    await arrived(`count ${id}`, 2);
    socket.say({ reply: 'theirs', message: { watch: id } });
    await socket.heard('theirs', 'done');
    expect(socket.textOf('theirs')).toBe(words.join(''));
    await posted;
    expect(requestsFor(`count ${id}`)).toHaveLength(1);
    socket.say({ reply: 'none', message: { question: 'what?' } });
    expect(await socket.heard('none', 'error')).toMatchObject({ data: { kind: 'invalid_request' } });
    socket.say({ reply: 'gone', message: { watch: randomUUID() } });
    expect(await socket.heard('gone', 'error')).toMatchObject({ data: { kind: 'not_found' } });
  });

  it('closes the request to Gemini when a client of the WebSocket cancels a reply, or disconnects', async () => {
    prompt = prompt.replace('count', 'endless');
    const socket = await connect(app);
    socket.say({ reply: 'a', message: { prompt } });
    await arrived(prompt, 2);
    socket.say({ reply: 'a', cancel: true });
    await socket.heard('a', 'cancelled');
    await requestFor(prompt).closed;
    expect(requestFor(prompt).closedEarly).toBe(true);
    socket.say({ reply: 'b', message: { prompt: `endless ${id}` } });
    await arrived(`endless ${id}`, 2);
    socket.close();
    await requestFor(`endless ${id}`).closed;
    expect(requestFor(`endless ${id}`).closedEarly).toBe(true);
  });

  it('adds up the tokens and times of the replies', async () => {
    const before = await metrics(app);
    await lastValueFrom(ask(app, { prompt }));
    const after = await metrics(app);
    expect(after.replies.complete).toBe(before.replies.complete + 1);
    expect(after.chars).toBe(before.chars + words.join('').length);
    expect(after.timeToFirstChunk.mean).toBeGreaterThan(0);
  });

  it('ends the replies at SIGTERM, and exits with 0', async () => {
    prompt = prompt.replace('count', 'endless');
    const own = await startNestjs('node', ['dist/main.js'], modelEnv(emulator));
    onTestFinished(() => own.stop());
    const readers = [lastValueFrom(ask(own, { id, prompt }))];
    await arrived(prompt, 2);
    readers.push(lastValueFrom(watch(own, id)));
    const socket = await connect(own);
    socket.say({ reply: '1', message: { watch: id } });
    await socket.heard('1');
    // As browsers open one in advance: no request comes on it, and Node does not count it as idle.
    const unused = createConnection(Number(new URL(own.url).port), '127.0.0.1');
    onTestFinished(() => void unused.destroy());
    await once(unused, 'connect');
    own.child.kill('SIGTERM');
    const ends = await Promise.allSettled(readers);
    const reason = { kind: 'server', retryable: true };
    expect(ends).toMatchObject([{ reason }, { reason }]);
    expect(await socket.heard('1', 'error')).toMatchObject({ data: reason });
    expect(await socket.closed).toBe(1001);
    expect(await own.exited).toEqual([0, null]);
    await requestFor(prompt).closed;
    expect(requestFor(prompt).closedEarly).toBe(true);
  });
});

async function health({ url }: NestServer): Promise<unknown> {
  return (await fetch(`${url}/health`)).json();
}

interface Sums {
  readonly replies: { readonly complete: number; readonly failed: number; readonly cancelled: number };
  readonly chars: number;
  readonly timeToFirstChunk: { readonly mean: number };
}

async function metrics({ url }: NestServer): Promise<Sums> {
  return (await (await fetch(`${url}/metrics`)).json()) as Sums;
}

/** The requests that the emulator got for a prompt. */
function requestsFor(prompt: string): readonly EmulatorExchange[] {
  return requestsTo(emulator, prompt);
}

function requestFor(prompt: string): EmulatorExchange {
  const request = requestsFor(prompt)[0];
  if (!request) throw new Error(`Gemini was not asked: ${prompt}`);
  return request;
}

/** Waits until Gemini has sent so many chunks. */
function arrived(prompt: string, chunks: number): Promise<EmulatorExchange> {
  return chunksFrom(emulator, prompt, chunks);
}

interface Message {
  readonly reply?: string;
  readonly event?: string;
  readonly data: GeminiChunk;
}

/** A client of `/ws` that keeps the messages that it got. */
async function connect(server: NestServer) {
  const { url } = server;
  const headers = await regularVisitor(server);
  const socket = new WebSocket(url.replace(/^http/, 'ws').replace(/api$/, 'ws'), { headers });
  onTestFinished(() => socket.terminate());
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  const closed = once(socket, 'close').then(([code]: unknown[]) => code);
  await once(socket, 'open');
  return {
    closed,
    close: () => socket.close(),
    say: (message: object) => socket.send(JSON.stringify(message)),
    /** Resolves to the first message of the reply that is a chunk, or to the event that is named. */
    heard: (reply: string, event?: string) =>
      vi.waitUntil(() => messages.find((message) => message.reply === reply && message.event === event), {
        timeout: 10_000,
        interval: 10,
      }),
    textOf: (reply: string) =>
      messages
        .filter((message) => message.reply === reply)
        .flatMap(({ data }) => data.candidates?.[0]?.content?.parts ?? [])
        .map(({ text }) => text)
        .join(''),
  };
}

async function* endless(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve('and so on ');
}
