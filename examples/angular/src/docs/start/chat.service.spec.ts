import { TestBed } from '@angular/core/testing';
import { concat, delay, NEVER, of, throwError, type Observable } from 'rxjs';
import { GeminiError, publicError, readChatRequest, toSseResponse, type GeminiChunk } from 'rxjs-gemini';
import { chunk, finishChunk } from 'rxjs-gemini/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatService } from './chat.service';

/** The requests of the page, in order. */
let requests: RequestInit[];

/** The chat, with a server that gives one of these answers to each request. */
function chatWith(...answers: (Observable<GeminiChunk> | Response)[]): ChatService {
  requests = [];
  vi.stubGlobal('fetch', async (_url: string, request: RequestInit) => {
    const answer = answers[requests.length];
    requests.push(request);
    if (!answer) throw new Error(`There is no answer to request ${requests.length}`);
    if (answer instanceof Response) return answer;
    return toSseResponse(answer, request.signal ? { signal: request.signal } : {});
  });
  return TestBed.inject(ChatService);
}

/** Lets the promises and the timers of so many ms run. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const linesOf = (chat: ChatService) => chat.messages().map(({ role, text, status }) => `${role}: ${text} (${status})`);
const failureOf = (chat: ChatService) => chat.messages().at(-1)?.error;
const contentsOf = (request?: RequestInit) => readChatRequest(String(request?.body)).contents;

const hello$ = of(chunk('Hello.'), finishChunk());
const busy = new GeminiError('503 from Google', { kind: 'overloaded' });
const busySentence = 'The model is overloaded; try again later';

describe('ChatService', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('streams a reply, and sends the history with the next question', async () => {
    const slow$ = concat(of(chunk('Blue ')), of(chunk('light.'), finishChunk()).pipe(delay(1000)));
    const chat = chatWith(slow$, hello$);
    chat.submit('Why?');
    await pass(999);
    expect(linesOf(chat)).toEqual(['user: Why? (complete)', 'model: Blue  (streaming)']);
    await pass(1);
    expect(linesOf(chat)).toEqual(['user: Why? (complete)', 'model: Blue light. (complete)']);
    expect(chat.status()).toBe('idle');

    chat.submit('And at dusk?');
    await pass(0);
    expect(linesOf(chat).at(-1)).toBe('model: Hello. (complete)');
    expect(contentsOf(requests[1])).toEqual([
      { role: 'user', parts: [{ text: 'Why?' }] },
      { role: 'model', parts: [{ text: 'Blue light.' }] },
      { role: 'user', parts: [{ text: 'And at dusk?' }] },
    ]);
  });

  it('stops: the text stays, and the request is closed', async () => {
    const chat = chatWith(concat(of(chunk('It was')), NEVER));
    chat.submit('A story');
    await pass(0);
    expect(chat.status()).toBe('streaming');
    chat.stop();
    await pass(0);
    expect(linesOf(chat)).toEqual(['user: A story (complete)', 'model: It was (cancelled)']);
    expect(chat.status()).toBe('idle');
    expect(requests[0]?.signal?.aborted).toBe(true);
  });

  it('shows the sentence of a failure, before and within the stream, and tries again', async () => {
    const refusal = Response.json({ error: publicError(busy) }, { status: 503 });
    const broken$ = concat(
      of(chunk('Hel')),
      throwError(() => busy),
    );
    const chat = chatWith(refusal, broken$, hello$);
    chat.submit('Hi');
    await pass(0);
    expect(linesOf(chat)).toEqual(['user: Hi (complete)', 'model:  (failed)']);
    expect(failureOf(chat)?.message).toBe(busySentence);

    chat.tryAgain();
    await pass(0);
    expect(linesOf(chat)).toEqual(['user: Hi (complete)', 'model: Hel (failed)']);
    expect(failureOf(chat)?.message).toBe(busySentence);

    chat.tryAgain();
    await pass(0);
    expect(linesOf(chat)).toEqual(['user: Hi (complete)', 'model: Hello. (complete)']);
    expect(failureOf(chat)).toBeUndefined();
  });

  it('fails a reply that is cut', async () => {
    const chat = chatWith(of(chunk('Hel'))); // no finishChunk()
    chat.submit('Hi');
    await pass(0);
    expect(linesOf(chat)).toEqual(['user: Hi (complete)', 'model: Hel (failed)']);
    expect(failureOf(chat)?.kind).toBe('truncated');
  });
});
