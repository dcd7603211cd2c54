import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { materialize, Subject, type ObservableNotification } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { openingComment } from '../../src/chunk/openingComment.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromSse } from '../../src/sources/fromSse.js';
import type { ReconnectOptions } from '../../src/sources/reconnectReply.js';
import { chunk } from '../../src/testing/chunks.js';

const encoder = new TextEncoder();

/** A connection on which only the texts of a test arrive. */
class Connection {
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  isCancelled = false;
  readonly response: Response;

  constructor(init?: ResponseInit) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.isCancelled = true;
      },
    });
    this.response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' }, ...init });
  }

  say(text: string): void {
    this.#controller?.enqueue(encoder.encode(text));
  }
}

/** Reads connections one after the other; returns the texts and the error. */
function read(connections: readonly Connection[], reconnect: ReconnectOptions = {}) {
  const headers: Headers[] = [];
  const fetch = async (_: unknown, init: RequestInit) => {
    headers.push(new Headers(init.headers));
    return connections[headers.length - 1]!.response;
  };
  const seen: ObservableNotification<GeminiChunk>[] = [];
  const subscription = fromSse('/', {}, { fetch, reconnect: { delay: 0, ...reconnect } })
    .pipe(materialize())
    .subscribe((notification) => seen.push(notification));
  const error = () => seen.flatMap((each) => (each.kind === 'E' ? [each.error as GeminiError] : []))[0];
  const texts = () => seen.flatMap((each) => (each.kind === 'N' ? [each.value.text] : []));
  return { headers, subscription, error, texts };
}

const event = (text: string, id?: number) =>
  `${id === undefined ? '' : `id: ${id}\n`}data: {"candidates":[{"content":{"parts":[{"text":"${text}"}]}}]}\n\n`;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a silence of the server', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of more than `maxSilence` fails the reply as `network`, retryable, and closes the connection', async () => {
    const connection = new Connection();
    const { error, texts, headers } = read([connection], { maxSilence: 1_000 });
    await pass(900);
    connection.say(event('one'));
    await pass(900);
    connection.say(': a comment\n\n');
    await pass(998);
    expect(error()).toBeUndefined();
    await pass(10);
    expect(error()).toMatchObject({ kind: 'network', retryable: true });
    expect(error()?.message).toContain('1000 ms');
    expect([texts(), connection.isCancelled, headers.length]).toEqual([['one'], true, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('breaks a connection before the headers, too', async () => {
    const fetch = vi.fn(() => new Promise<Response>(() => undefined));
    const errors: unknown[] = [];
    fromSse('/', {}, { fetch, reconnect: { maxSilence: 1_000 } }).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    await pass(1_010);
    expect(errors).toMatchObject([{ kind: 'network', retryable: true }]);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('makes the source reconnect if the server has sent the index of a chunk', async () => {
    const connections = [new Connection(), new Connection()];
    const { error, texts, headers } = read(connections, { maxSilence: 1_000 });
    await pass(0);
    connections[0]!.say(event('one', 0));
    await pass(1_010);
    expect(connections[0]!.isCancelled).toBe(true);
    connections[1]!.say(`${event('two', 1)}event: done\ndata: {}\n\n`);
    await pass(10);
    expect([texts(), error(), headers[1]?.get('last-event-id')]).toEqual([['one', 'two'], undefined, '0']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('breaks a connection after three announced heartbeats', async () => {
    const connection = new Connection();
    const { error } = read([connection]);
    connection.say(openingComment({ heartbeat: 200, after: undefined }));
    await pass(595);
    expect(error()).toBeUndefined();
    for (let beats = 0; beats < 10; beats += 1) {
      connection.say(': keep-alive\n\n');
      await pass(595);
    }
    expect(error()).toBeUndefined();
    await pass(10);
    expect(error()).toMatchObject({ kind: 'network', retryable: true });
  });

  it.each<[string, string, ReconnectOptions]>([
    ['another comment', ': hello\n\n', {}],
    ['no heartbeat', openingComment({ heartbeat: undefined, after: undefined }), {}],
    ['a heartbeat of 0 ms', ': rxjs-gemini heartbeat=0\n\n', {}],
    ['a heartbeat that no timer can wait for', ': rxjs-gemini heartbeat=999999999\n\n', {}],
    ['`maxSilence: false`', openingComment({ heartbeat: 200, after: undefined }), { maxSilence: false }],
  ])('does not fail the reply with %s', async (_, text, options) => {
    const connection = new Connection();
    const { error, subscription } = read([connection], options);
    connection.say(text + event('one'));
    await pass(24 * 3_600_000);
    expect([error(), vi.getTimerCount()]).toEqual([undefined, 0]);
    subscription.unsubscribe();
  });

  it('has the limit of the caller, for any announcement of the server', async () => {
    const connection = new Connection();
    const { error } = read([connection], { maxSilence: 5_000 });
    connection.say(openingComment({ heartbeat: 200, after: undefined }));
    await pass(4_900);
    expect(error()).toBeUndefined();
    await pass(110);
    expect(error()?.kind).toBe('network');
  });

  it('of the model is not a silence of the connection, if a sink sends heartbeats', async () => {
    const source$ = new Subject<GeminiChunk>();
    const seen: string[] = [];
    const fetch = async () => toSseResponse(source$, { heartbeat: 200 });
    const subscription = fromSse('/', {}, { fetch }).subscribe({
      next: ({ text }) => seen.push(text),
      error: () => seen.push('failed'),
    });
    await pass(60_000);
    source$.next(chunk('at last'));
    await pass(60_000);
    expect(seen).toEqual(['at last']);
    subscription.unsubscribe();
    await pass(0);
    expect([source$.observed, vi.getTimerCount()]).toEqual([false, 0]);
  });

  it('leaves no timer after an unsubscription', async () => {
    const { subscription } = read([new Connection()], { maxSilence: 1_000 });
    await pass(0);
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('in the body of an error delays the error by at most 3 s', async () => {
    const connection = new Connection({ status: 503 });
    const { error } = read([connection]);
    connection.say('{"error":{"message":"Busy');
    await pass(2_900);
    expect(error()).toBeUndefined();
    await pass(200);
    expect(error()).toMatchObject({ kind: 'overloaded', status: 503 });
    expect([connection.isCancelled, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('in the body of an error ends with an unsubscription', async () => {
    const { subscription } = read([new Connection({ status: 503 })]);
    await pass(0);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });
});
