import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defer, lastValueFrom, map, of, throwError, toArray, type Observable } from 'rxjs';
import type { Emulator, EmulatorAnswer, EmulatorReply, LiveScripts } from '../../../src/emulator.js';
import { GeminiError, type GeminiChunk, type WebSocketLike } from '../../../src/index.js';
import { chunk, finishChunk } from '../../../src/testing.js';
import type { Declared } from '../runExample.js';

/** The result of an example, and the surroundings that show it. */
export interface Expectation {
  /** Everything that the example prints, spaces at both ends aside; a pattern where it measures time. */
  readonly prints: string | RegExp;
  /** The reply of the example. @defaultValue `usualReply` */
  readonly reply$?: Observable<GeminiChunk>;
  /** The answers of the emulator. @defaultValue `usualAnswer` */
  readonly answer?: EmulatorReply | EmulatorAnswer;
  /** The server's side of Live sessions. @defaultValue `{}`, which answers each input */
  readonly live?: LiveScripts;
  /** The virtual time that passes after the example has run, in ms. @defaultValue time is real */
  readonly passes?: number;
  /** Whether the example needs `httpOptions.fetch`, which the SDK has from 2.24 on. */
  readonly needsFetch?: boolean;
  /** Whether the example needs a server of Redis. */
  readonly needsRedis?: boolean;
  /** Uses the values that the example only declares. */
  readonly use?: (declared: Declared) => unknown;
}

/** The results of the examples of a declaration (`toText`), or of those under a heading (`docs/errors: CORS`), in order. */
export type Expectations = Readonly<Record<string, readonly Expectation[]>>;

export const usage = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };

export const usualReply: Observable<GeminiChunk> = of(chunk('Hello, '), chunk('world.'), finishChunk('STOP', usage));

export const usualAnswer = ['Hello, ', 'world. ', 'Here I am.'];

export const lines = usualAnswer.join('\n');
export const text = usualAnswer.join('');

export const usualEvents = [
  'data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hello, "}]}}]}',
  'data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"world."}]}}]}',
  `data: {"candidates":[{"index":0,"finishReason":"STOP"}],"usageMetadata":${JSON.stringify(usage)}}`,
  'event: done\ndata: {}',
];

/** A stream of events of the usual answer, with the texts and the end in order. */
export const answeredEvents =
  /^: rxjs-gemini heartbeat=15000( after=-1)?\n[^]*"Hello, "[^]*"world. "[^]*"Here I am."[^]*event: done/;

export const usualParts = ['Hello, ', 'world.'].join('\n');
export const shown = usualParts.replace('\n', '');

/** The usual reply, after one failure that may pass. */
export function failingOnce(): Observable<GeminiChunk> {
  let count = 0;
  const busy = new GeminiError('The service is busy', { kind: 'overloaded' });
  return defer(() => (count++ === 0 ? throwError(() => busy) : usualReply));
}

/** A reply that breaks after its first text, which is one chunk or, in an interaction, the fourth event. */
export function broken(chunks = 1): EmulatorReply {
  return ({ index }) => (index === 0 ? { chunks: ['Hello, ', 'nobody'], dropAfter: { chunks } } : ['world.']);
}

export async function printTexts(reply$: unknown): Promise<void> {
  const texts$ = (reply$ as Observable<GeminiChunk>).pipe(map((one) => one.text));
  for (const each of await lastValueFrom(texts$.pipe(toArray()))) console.log(each);
}

export async function printResponse(handler: unknown): Promise<void> {
  const response = await (handler as (request: Request) => Response | Promise<Response>)(
    new Request('http://localhost/', { method: 'POST' }),
  );
  console.log(await response.text());
}

/** Prints the answer of a handler of `node:http` to a request. */
export async function askOverHttp(handler: unknown): Promise<void> {
  const server = createServer(handler as RequestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  console.log(await response.text());
  server.close();
}

/** Prints the messages that a handler of sockets sends to a client with one question. */
export async function askOverSocket(handler: unknown, message: unknown = 'Hello'): Promise<void> {
  const listeners = new Map<string, (event: { readonly data: unknown }) => void>();
  const done = new Promise<void>((resolve) => {
    const socket: WebSocketLike & Record<'pause' | 'resume', () => void> = {
      readyState: 1,
      bufferedAmount: 0,
      send(message) {
        console.log(message);
        if (message.includes('"event":"done"')) setTimeout(resolve);
      },
      close: () => {
        console.log('closed');
      },
      pause: () => undefined,
      resume: () => undefined,
      addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) =>
        listeners.set(type, listener),
      removeEventListener: (type: string) => listeners.delete(type),
    };
    (handler as (socket: WebSocketLike, isAllowed: Promise<boolean>) => unknown)(socket, Promise.resolve(true));
  });
  await Promise.resolve();
  await Promise.resolve();
  listeners.get('message')?.({ data: JSON.stringify({ reply: '1', message }) });
  await done;
  listeners.get('close')?.({ data: undefined });
}

/** The body of an emulator's answer to a question. */
export async function postTo(emulator: unknown): Promise<string> {
  const { url } = emulator as Emulator;
  const body = JSON.stringify({ contents: [{ parts: [{ text: 'Hello' }] }] });
  const response = await fetch(`${url}/v1beta/models/m:generateContent`, { method: 'POST', body });
  return response.text();
}

/** Prints an emulator's answer, and closes the emulator. */
export async function printAnswer(emulator: unknown): Promise<void> {
  console.log(await postTo(emulator));
  await (emulator as Emulator).close();
}
