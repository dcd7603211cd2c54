import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, map, NEVER, Observable, of, throwError } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { GeminiError, type GeminiErrorInit } from '../../src/errors/geminiError.js';
import { httpStatusOf } from '../../src/errors/httpStatusOf.js';
import { publicError } from '../../src/errors/publicError.js';
import { toSse } from '../../src/sinks/toSse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { deferred } from '../support/outcome.js';
import { decorate, loadNest, type NestApplication } from './support/nest.js';

let emulator: Emulator;
let app: NestApplication;
let url: string;
/** The answer of the model. */
let answer: EmulatorAnswer;
/** The reply of the routes that do not ask the model. */
let reply$: Observable<GeminiChunk>;

/** The parts of Express's response that the filter uses. */
interface HttpResponse {
  status(code: number): HttpResponse;
  set(name: string, value: string): HttpResponse;
  json(body: unknown): void;
}

beforeAll(async () => {
  const nest = await loadNest();
  emulator = await startEmulator({ reply: () => answer });
  const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
  const ask = (contents: string) => fromGemini(ai, { model: 'gemini-2.5-flash', contents });

  class Replies {
    response({ prompt }: { readonly prompt: string }) {
      return toSseResponse(ask(prompt));
    }
    given() {
      return toSseResponse(reply$);
    }
    refused() {
      throw new GeminiError('The body of Ada has no prompt', { kind: 'invalid_request' });
    }
    events(prompt: string) {
      return ask(prompt).pipe(toSse());
    }
    posted({ prompt }: { readonly prompt: string }) {
      return ask(prompt).pipe(toSse());
    }
    postedOk({ prompt }: { readonly prompt: string }) {
      return ask(prompt).pipe(toSse());
    }
    summary({ prompt }: { readonly prompt: string }) {
      return ask(prompt).pipe(
        classifyErrors(),
        finalResponse(),
        map(({ text }) => ({ text })),
      );
    }
    failure() {
      return reply$.pipe(classifyErrors(), finalResponse());
    }
  }
  const post = { method: nest.RequestMethod.POST };
  decorate(Replies, 'response', [nest.Post('response')], [nest.Body()]);
  // The status of the `Response` wins.
  decorate(Replies, 'given', [nest.Get('given'), nest.HttpCode(202)]);
  decorate(Replies, 'refused', [nest.Post('refused')]);
  decorate(Replies, 'events', [nest.Sse('events')], [nest.Query('prompt')]);
  decorate(Replies, 'posted', [nest.Sse('posted', post)], [nest.Body()]);
  decorate(Replies, 'postedOk', [nest.Sse('posted-ok', post), nest.HttpCode(200)], [nest.Body()]);
  decorate(Replies, 'summary', [nest.Post('summary'), nest.HttpCode(200)], [nest.Body()]);
  decorate(Replies, 'failure', [nest.Get('failure')]);
  nest.Controller('')(Replies);

  class GeminiErrorFilter {
    catch(error: GeminiError, host: { switchToHttp(): { getResponse(): HttpResponse } }) {
      const response = host.switchToHttp().getResponse();
      const { retryAfter } = error;
      if (retryAfter !== undefined) response.set('Retry-After', String(Math.ceil(retryAfter / 1_000)));
      response.status(httpStatusOf(error)).json({ error: publicError(error) });
    }
  }
  nest.Catch(GeminiError)(GeminiErrorFilter);

  class App {
    readonly name = 'replies';
  }
  nest.Module({ controllers: [Replies] })(App);
  app = await nest.NestFactory.create(App, { logger: false, forceCloseConnections: true });
  app.useGlobalFilters(new GeminiErrorFilter());
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterAll(async () => {
  await app.close();
  await emulator.close();
});

beforeEach(() => {
  answer = ['Blue ', 'light.'];
  reply$ = NEVER;
});

const post = (path: string, prompt = 'Why?') =>
  fetch(`${url}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ prompt }),
  });

const last = () => emulator.requests.at(-1)!;

/** Reads until the first text, leaves, and waits until the model has seen it. */
async function leaves(source: Observable<GeminiChunk>): Promise<void> {
  answer = { chunks: endless(), pace: 5 };
  const begun = deferred();
  const subscription = source.subscribe({ next: ({ text }) => text !== '' && begun.resolve(), error: begun.resolve });
  await begun.promise;
  subscription.unsubscribe();
  await last().closed;
  expect(last()).toMatchObject({ closedEarly: true, finished: false });
}

describe('a handler of NestJS that returns toSseResponse', () => {
  it('sends a reply to a POST with the status 200 and the headers of the response', async () => {
    const response = await post('response');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toMatch(/^: .*\n[^]*"Blue "[^]*"light."[^]*event: done\ndata: {}\n\n$/);
  });

  it('is read by fromSse', async () => {
    const source = fromSse(`${url}/response`, { json: { prompt: 'Why?' } });
    expect(await lastValueFrom(source.pipe(finalResponse()))).toMatchObject({ text: 'Blue light.' });
    expect(last().body).toMatchObject({ contents: [{ parts: [{ text: 'Why?' }] }] });
  });

  it('sends the headers while the model is silent', async () => {
    const left = deferred();
    reply$ = new Observable(() => left.resolve);
    const controller = new AbortController();
    // Resolves when the headers arrive: the reply has not a single chunk.
    const response = await fetch(`${url}/given`, { signal: controller.signal });
    expect(response.status).toBe(200);
    controller.abort();
    await left.promise;
  });

  it('closes the request to the model when the client disconnects', async () => {
    await leaves(fromSse(`${url}/response`, { json: { prompt: 'Why?' } }));
  });

  it('sends a failure of the reply as an event', async () => {
    reply$ = throwError(() => new GeminiError('Secret', { kind: 'rate_limit', retryAfter: 12_000 }));
    const failure: unknown = await lastValueFrom(fromSse(`${url}/given`)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'rate_limit', retryAfter: 12_000, message: publicError(failure).message });
  });

  it('leaves an error that the handler throws to the filters', async () => {
    const response = await post('refused');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { kind: 'invalid_request', message: 'The request cannot be answered' },
    });
  });
});

describe('@Sse of NestJS over toSse', () => {
  it('sends a reply to a GET, and closes the request to the model when the client disconnects', async () => {
    const source = fromSse(`${url}/events?prompt=Why`);
    expect(await lastValueFrom(source.pipe(finalResponse()))).toMatchObject({ text: 'Blue light.' });
    await leaves(source);
  });

  it('answers a POST with its body, with the status 201 unless @HttpCode names another', async () => {
    const [created, ok] = [await post('posted', 'One?'), await post('posted-ok', 'Two?')];
    expect([created.status, ok.status]).toEqual([201, 200]);
    for (const response of [created, ok]) expect(await response.text()).toContain('"Blue "');
    const prompts = emulator.requests.slice(-2).map(({ body }) => JSON.stringify(body));
    expect(prompts).toEqual([expect.stringContaining('One?'), expect.stringContaining('Two?')]);
  });

  it('is read by fromSse after a POST, whatever the status, and closes the request when the client disconnects', async () => {
    for (const path of ['posted', 'posted-ok']) {
      answer = 'Blue light.';
      const source = fromSse(`${url}/${path}`, { json: { prompt: 'Why?' } });
      expect(await lastValueFrom(source.pipe(finalResponse()))).toMatchObject({ text: 'Blue light.' });
      await leaves(source);
    }
  });
});

describe('a filter for GeminiError', () => {
  it('is not called for a reply that succeeds', async () => {
    const response = await post('summary');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ text: 'Blue light.' });
  });

  it.each<[GeminiErrorInit, number, string | null, string]>([
    [{ kind: 'rate_limit', retryAfter: 11_200 }, 429, '12', 'Too many requests; wait and try again'],
    [{ kind: 'auth', status: 401 }, 502, null, 'The service is not set up for this'],
    [{ kind: 'safety' }, 422, null, 'The reply was stopped for safety'],
  ])('answers with a status, Retry-After and a public sentence: %o', async (init, status, retryAfter, message) => {
    reply$ = throwError(() => new GeminiError('The key AIza… of Ada', init));
    const response = await fetch(`${url}/failure`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
    const body = await response.text();
    expect(body).not.toContain('AIza');
    expect(JSON.parse(body)).toMatchObject({ error: { kind: init.kind, message } });
  });

  it("answers with the status for the model's failure", async () => {
    answer = { status: 503 };
    const response = await post('summary');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { kind: 'overloaded', retryable: true } });
  });
});

describe('HEAD of a handler of NestJS that returns toSseResponse', () => {
  it('does not subscribe to the reply', async () => {
    let subscriptions = 0;
    reply$ = new Observable((destination) => {
      subscriptions++;
      return of<GeminiChunk>({ text: 'Blue' }).subscribe(destination);
    });
    const response = await fetch(`${url}/given`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(subscriptions).toBe(0);
  });
});

function* endless(): Generator<string> {
  for (;;) yield 'and so on ';
}
