import { GoogleGenAI } from '@google/genai';
import { createParser } from 'eventsource-parser';
import { NEVER, Subject, throwError, type Observable } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { EmulatorAnswer } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { toSse } from '../../src/sinks/toSse.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { letters } from '../sinks/letters.js';
import { decorate, loadNest, type NestApplication } from './support/nest.js';

let emulator: Emulator;
let app: NestApplication;
let url: string;
/** The answer of the model. */
let answer: EmulatorAnswer;
/** The reply of the route that does not ask the model. */
let reply$: Observable<GeminiChunk>;

beforeAll(async () => {
  const nest = await loadNest();
  emulator = await startEmulator({ reply: () => answer });
  const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
  const ask = () => fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Why?' });
  const format = letters({ headers: { 'x-letters': 'v1' }, terminator: '[DONE]' });

  class Letters {
    response() {
      return toSseResponse(ask(), { format });
    }
    posted() {
      return ask().pipe(toSse({ format }));
    }
    given() {
      return reply$.pipe(toSse({ format, heartbeat: 5 }));
    }
  }
  decorate(Letters, 'response', [nest.Post('response')]);
  decorate(Letters, 'posted', [
    nest.Sse('posted', { method: nest.RequestMethod.POST }),
    nest.HttpCode(200),
    nest.Header('x-letters', 'v1'),
  ]);
  decorate(Letters, 'given', [nest.Sse('given')]);
  nest.Controller('')(Letters);

  class App {
    readonly name = 'letters';
  }
  nest.Module({ controllers: [Letters] })(App);
  app = await nest.NestFactory.create(App, { logger: false, forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterAll(async () => {
  await app.close();
  await emulator.close();
});

beforeEach(() => {
  answer = ['ab', 'c'];
  reply$ = NEVER;
});

/** The data and the types of the events in a text. */
function eventsIn(text: string): (string | undefined)[][] {
  const events: (string | undefined)[][] = [];
  createParser({ onEvent: ({ event, data }) => events.push(event === undefined ? [data] : [data, event]) }).feed(text);
  return events;
}

describe('a ReplyFormat on a real NestJS', () => {
  it.each(['response', 'posted'])('sends the headers, each event and the terminator: %s', async (path) => {
    const response = await fetch(`${url}/${path}`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-letters')).toBe('v1');
    expect(eventsIn(await response.text())).toEqual([
      ['{"begun":true}'],
      ['{"letter":"a"}'],
      ['{"letter":"b"}'],
      ['{"letter":"c"}'],
      ['{"ended":3}'],
      ['[DONE]'],
    ]);
  });

  it('writes heartbeats of `@Sse` as comments, which are not read as events', async () => {
    const source$ = new Subject<GeminiChunk>();
    reply$ = source$;
    const { body } = await fetch(`${url}/given`);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (text.split(': keep-alive\n\n').length < 3) text += (await reader.read()).value ?? '';
    source$.complete();
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    expect(text).not.toContain('heartbeat');
    expect(eventsIn(text)).toEqual([['{"begun":true}'], ['{"ended":0}'], ['[DONE]']]);
  });

  it('sends a failure of the reply as the events of the format, from `@Sse`', async () => {
    reply$ = throwError(() => new GeminiError('Secret', { kind: 'overloaded' }));
    const events = eventsIn(await (await fetch(`${url}/given`)).text());
    expect(events).toEqual([
      ['{"begun":true}'],
      [expect.stringContaining('"failed":{"kind":"overloaded","message":"The model is overloaded')],
      ['[DONE]'],
    ]);
  });

  it.each(['response', 'posted'])('closes the request to the model when the client disconnects: %s', async (path) => {
    answer = { chunks: ['ab', 'c'], stallAfter: { chunks: 1 } };
    const controller = new AbortController();
    const { body } = await fetch(`${url}/${path}`, { method: 'POST', signal: controller.signal });
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; !text.includes('"b"');) text += (await reader.read()).value ?? '';
    controller.abort();
    await emulator.requests.at(-1)!.closed;
    expect(emulator.requests.at(-1)).toMatchObject({ closedEarly: true, finished: false });
  });
});
