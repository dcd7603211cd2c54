import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type http2 from 'node:http2';
import { finalize, Observable, of, Subject, type Observer } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { apiError } from '../../src/emulator/apiError.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { pipeToServerResponse, type PipeToServerResponseOptions } from '../../src/sinks/pipeToServerResponse.js';
import type { ReplyFormat } from '../../src/sinks/replyFormat.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { chunk } from '../../src/testing/chunks.js';
import { emulate, params } from '../support/emulate.js';
import { compress, serveHttp2 } from './hosts.js';
import { letters } from './letters.js';
import { ask, serve } from './sse.js';

const opening = ': rxjs-gemini heartbeat=15000\n\n';
const dataOf = (...events: unknown[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

/** A format with an event for each merged chunk. */
const texts: ReplyFormat<GeminiChunk, { readonly text: string } | { readonly pieces: number }> = {
  begin() {
    let pieces = 0;
    return {
      start: () => [],
      chunk: ({ text }) => [{ text: `${String(pieces++)} ${text}` }],
      end: () => [{ pieces }],
      failure: () => [],
    };
  },
};

/** A server that answers every request with that reply, and the responses. */
async function serving(source: Observable<GeminiChunk>, options: PipeToServerResponseOptions) {
  const responses: ServerResponse[] = [];
  const answers: Promise<void>[] = [];
  const url = await serve((_, response) => {
    responses.push(response);
    response.setHeader('X-Set-Before', 'kept');
    answers.push(pipeToServerResponse(source, response, options));
  });
  return { url, responses, answers };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of response.setEncoding('utf8')) body += String(piece);
  return body;
}

/** Reads until the body has a text. */
async function readUntil(response: IncomingMessage, text: string): Promise<void> {
  let body = '';
  response.on('data', (piece: Buffer) => (body += piece.toString()));
  while (!body.includes(text)) await once(response, 'data');
}

describe('a ReplyFormat over sockets', () => {
  it('serves two readers with one object; one of them stops, and the other reply is not affected', async () => {
    const { ai, emulator } = await emulate(({ index }) =>
      index === 0 ? { chunks: ['ab', 'c'], stallAfter: { chunks: 1 } } : ['x', 'yz'],
    );
    const begin = vi.fn(letters().begin);
    const { url, answers } = await serving(fromGemini(ai, params), { format: { begin, terminator: '[DONE]' } });
    const stopped = await ask(url);
    await readUntil(stopped, '"b"');
    stopped.destroy();
    const other = await ask(url);
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true, chunksSent: 1 });
    expect(await bodyOf(other)).toBe(
      opening +
        dataOf({ begun: true }, { letter: 'x' }, { letter: 'y' }, { letter: 'z' }, { ended: 3 }) +
        'data: [DONE]\n\n',
    );
    expect(begin).toHaveBeenCalledTimes(2);
    await Promise.all(answers);
  });

  it.each<[string, EmulatorAnswer, string[], string]>([
    ['before the first chunk', { error: apiError({ code: 429 }) }, [], 'rate_limit'],
    ['in the middle', { chunks: ['a', 'b'], errorAfter: { chunks: 1 } }, ['a'], 'overloaded'],
    ['by a cut connection', { chunks: ['a', 'b'], dropAfter: { chunks: 1 } }, ['a'], 'truncated'],
    ['for safety', { chunks: ['a'], finishReason: 'SAFETY' }, ['a'], 'safety'],
  ])('reports a failure %s', async (_, answer, shown, kind) => {
    const { ai } = await emulate(answer);
    const { url } = await serving(fromGemini(ai, params).pipe(classifyErrors()), {
      format: letters({ terminator: '[DONE]' }),
    });
    const body = await bodyOf(await ask(url));
    const events = [...body.matchAll(/^data: (\{.*)$/gm)].map(([, json = '']) => JSON.parse(json) as object);
    expect(events).toEqual([
      { begun: true },
      ...shown.map((letter) => ({ letter })),
      { failed: expect.objectContaining({ kind }) as unknown },
    ]);
    expect(body.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
  });

  it('loses nothing with a slow reader of 3,000 chunks, which get fewer events', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses } = await serving(source$, { format: texts });
    const response = await ask(url);
    const words = Array.from({ length: 3_000 }, (_, index) => `${String(index)}${'x'.repeat(2_000)} `);
    for (const word of words) source$.next(chunk(word));
    expect(responses[0]!.writableNeedDrain).toBe(true);
    source$.complete();
    const events = [...(await bodyOf(response)).matchAll(/^data: (.*)$/gm)].map(
      ([, json = '']) => JSON.parse(json) as { text?: string; pieces?: number },
    );
    const { pieces } = events.pop()!;
    expect(pieces).toBe(events.length);
    expect(pieces).toBeLessThan(words.length);
    // Encoded in order, after the merge.
    expect(events.map(({ text = '' }, index) => text.slice(`${String(index)} `.length)).join('')).toBe(words.join(''));
  });

  it('reads a web response with a slow reader without loss, and enqueues the events of a chunk together', async () => {
    const { ai } = await emulate({ chunks: Array.from({ length: 3_000 }, (_, index) => `${String(index)} `) });
    const reader = toSseResponse(fromGemini(ai, params), { format: texts })
      .body!.pipeThrough(new TextDecoderStream())
      .getReader();
    let body = '';
    for (let reads = 0; ; reads++) {
      const { done, value } = await reader.read();
      if (done) break;
      expect(value.endsWith('\n\n')).toBe(true);
      body += value;
      if (reads < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const events = [...body.matchAll(/^data: \{"text":"\d+ (.*)"\}$/gm)].map(([, text]) => text);
    expect(events.join('')).toBe(Array.from({ length: 3_000 }, (_, index) => `${String(index)} `).join(''));
    expect(events.length).toBeLessThan(3_000);
  });

  it('writes the events of a chunk at once', async () => {
    const source$ = new Subject<GeminiChunk>();
    const { url, responses, answers } = await serving(source$, { format: letters() });
    const response = await ask(url);
    const write = vi.spyOn(responses[0]!, 'write');
    source$.next(chunk('abc'));
    expect(write.mock.calls.map(([text]) => text as string)).toEqual([
      dataOf({ letter: 'a' }, { letter: 'b' }, { letter: 'c' }),
    ]);
    source$.complete();
    expect(await bodyOf(response)).toContain(dataOf({ ended: 3 }));
    await Promise.all(answers);
  });

  describe('in headers', () => {
    const format = letters({ headers: { 'x-letters': 'v1', 'X-SET-BEFORE': 'lost' } });

    it('adds its own to those of the application, which stay', async () => {
      const { url } = await serving(of(chunk('a')), { format });
      const response = await ask(url);
      expect(response.headers).toMatchObject({
        'x-letters': 'v1',
        'x-set-before': 'kept',
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
      });
      response.destroy();
    });

    it('sends them to HEAD, without a subscription', async () => {
      const subscribed = vi.fn();
      const begin = vi.spyOn(format, 'begin');
      const { url } = await serving(new Observable(subscribed), { format });
      const response = await fetch(url, { method: 'HEAD' });
      expect(response.headers.get('x-letters')).toBe('v1');
      expect(await response.text()).toBe('');
      expect(subscribed).not.toHaveBeenCalled();
      expect(begin).not.toHaveBeenCalled();
    });

    it('sends them and the events over HTTP/2', async () => {
      const client = await serveHttp2((_, response) => {
        void pipeToServerResponse(of(chunk('a')), response, { format });
      });
      const stream = client.request({ ':path': '/' });
      const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
      expect(headers).toMatchObject({ ':status': 200, 'x-letters': 'v1', 'x-set-before': 'lost' });
      let body = '';
      for await (const piece of stream.setEncoding('utf8')) body += String(piece);
      expect(body).toBe(opening + dataOf({ begun: true }, { letter: 'a' }, { ended: 1 }));
    });
  });

  it('is flushed through middleware that compresses', async () => {
    const source$ = new Subject<GeminiChunk>();
    const url = await serve((_, response) => {
      compress(response);
      void pipeToServerResponse(source$, response, { format: letters() });
    });
    const response = await fetch(url);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let body = '';
    while (!body.includes('"begun"')) body += (await reader.read()).value ?? '';
    source$.next(chunk('a'));
    while (!body.includes('"a"')) body += (await reader.read()).value ?? '';
    source$.complete();
    while (!body.includes('"ended"')) body += (await reader.read()).value ?? '';
  });

  it('fills a silence with comments, and calls no function of the format for them', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a'], stallAfter: { chunks: 1 } });
    const encoder = letters().begin();
    const encode = vi.spyOn(encoder, 'chunk');
    const { url } = await serving(fromGemini(ai, params), { format: { begin: () => encoder }, heartbeat: 5 });
    const response = await ask(url);
    await readUntil(response, `${dataOf({ letter: 'a' })}: keep-alive\n\n: keep-alive\n\n`);
    response.destroy();
    await emulator.requests[0]!.closed;
    expect(encode.mock.calls.every(([{ text }]) => text === 'a')).toBe(true);
  });

  it('with `whenDisconnected: finish`, reads the reply to its end without a reader, and encodes no more', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b', 'c'], pace: 5 });
    const encoder = letters().begin();
    const end = vi.spyOn(encoder, 'end');
    const finished = vi.fn();
    const { url, answers } = await serving(fromGemini(ai, params).pipe(finalize(finished)), {
      format: { begin: () => encoder },
      whenDisconnected: 'finish',
    });
    const response = await ask(url);
    await readUntil(response, '"a"');
    response.destroy();
    await answers[0];
    await vi.waitUntil(() => finished.mock.calls.length > 0);
    expect(emulator.requests[0]).toMatchObject({ closedEarly: false, finished: true });
    expect(end).not.toHaveBeenCalled();
  });

  it('ends as a failure when the signal aborts, and closes the request', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a'], stallAfter: { chunks: 1 } });
    const controller = new AbortController();
    const { url, answers } = await serving(fromGemini(ai, params), { format: letters(), signal: controller.signal });
    const response = await ask(url);
    const body = bodyOf(response);
    while (emulator.requests[0]?.chunksSent !== 1) await once(response, 'data');
    controller.abort();
    await answers[0];
    await emulator.requests[0].closed;
    expect(await body).toMatch(/"failed":\{"kind":"cancelled",[^}]*\}\}\n\n$/);
  });

  it('breaks the connection off if no failure can be reported, so that no client takes the reply for whole', async () => {
    const format: ReplyFormat = {
      begin: () => ({
        ...letters().begin(),
        failure() {
          throw new Error('a bug');
        },
      }),
    };
    let destination: Observer<GeminiChunk>;
    const source$ = new Observable<GeminiChunk>((observer) => {
      destination = observer;
    });
    const { url, answers } = await serving(source$, { format });
    const response = await ask(url);
    await readUntil(response, 'begun');
    destination!.error(new GeminiError('a secret', { kind: 'server' }));
    await expect(bodyOf(response)).rejects.toThrow('aborted');
    await answers[0];

    const ofBegin = await serving(source$, {
      format: {
        begin() {
          throw new Error('a bug');
        },
      },
    });
    await expect(fetch(ofBegin.url).then((whole) => whole.text())).rejects.toThrow();
    await ofBegin.answers[0];
  });
});
