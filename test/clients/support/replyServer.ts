import { lastValueFrom, type Observable } from 'rxjs';
import { finalResponse, fromSse, type GeminiChunk } from 'rxjs-gemini';
import type { Emulator, EmulatorAnswer } from 'rxjs-gemini/emulator';
import { expect } from 'vitest';

/** A server of the library, on any framework, and the model that it asks. */
export interface ReplyServer {
  readonly url: string;
  readonly emulator: Emulator;
  /** The answer of the model to the requests that follow. */
  answer: EmulatorAnswer;
}

const question = { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] };
const words = ['Grüße, ', '世界 ', '👋🏽!'];

export const askServer = ({ url }: ReplyServer): Observable<GeminiChunk> =>
  fromSse(`${url}api/chat`, { json: question });

/** Expects that a whole reply arrives. */
export async function expectWholeReply(server: ReplyServer): Promise<void> {
  server.answer = { chunks: words, pace: 5 };
  expect(await lastValueFrom(askServer(server).pipe(finalResponse()))).toMatchObject({
    text: words.join(''),
    candidates: [{ finishReason: 'STOP' }],
  });
  expect(server.emulator.requests.at(-1)).toMatchObject({ finished: true, closedEarly: false });
}

/** Expects that the headers arrive while the model is silent. */
export async function expectHeadersAtOnce(server: ReplyServer): Promise<void> {
  let answerNow: () => void = () => undefined;
  const silence = new Promise<void>((resolve) => (answerNow = resolve));
  server.answer = { chunks: after(silence) };
  // Resolves when the headers arrive: the model has not said a word.
  const response = await fetch(`${server.url}api/chat`, {
    method: 'POST',
    body: JSON.stringify(question),
    headers: json,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  answerNow();
  expect(await response.text()).toMatch(/"late"[^]*event: done\ndata: {}\n\n$/);
}

/** Expects that a client that leaves closes the request to the model: within the text, and while the model is silent. */
export async function expectClosedRequest(server: ReplyServer): Promise<void> {
  for (const chunks of [endless(), hanging()]) {
    server.answer = { chunks, pace: 5 };
    await new Promise<void>((resolve, reject) => {
      const subscription = askServer(server).subscribe({
        next({ text }) {
          if (text === '') return;
          subscription.unsubscribe();
          resolve();
        },
        error: reject,
      });
    });
    const request = server.emulator.requests.at(-1);
    await request?.closed;
    expect(request).toMatchObject({ closedEarly: true, finished: false });
  }
}

const json = { 'Content-Type': 'application/json' };

async function* after(silence: Promise<void>): AsyncGenerator<string> {
  await silence;
  yield 'late';
}

function* endless(): Generator<string> {
  for (;;) yield 'and so on ';
}

async function* hanging(): AsyncGenerator<string> {
  yield 'and then ';
  await new Promise(() => undefined);
}
