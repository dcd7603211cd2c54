import { concat, firstValueFrom, from, lastValueFrom, of, throwError, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { costOf } from '../../operators/measure/costOf.js';
import { withCost } from '../../operators/measure/withCost.js';
import { withMetrics } from '../../operators/measure/withMetrics.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { stopWhen } from '../../operators/protect/stopWhen.js';
import { finalResponse } from '../../operators/show/finalResponse.js';
import { withProgress } from '../../operators/show/withProgress.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import type { ChatSettings } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { GeminiUsage } from '../../src/chunk/response.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';

const model = 'gemini-2.5-flash';
/** Prices whose sums are noisy in a double. */
const prices = { input: 100_000, output: 200_000 };
const pipe: ChatSettings['pipe'] = (reply$) =>
  reply$.pipe(withCost({ pricePerMillion: prices }), withProgress(), withMetrics());

const priced = (answers: readonly FakeAnswer[], options: ChatSettings = {}) =>
  createChat(fakeGemini(answers), { model, pipe, ...options });
const messagesOf = (chat: GeminiChat) => firstValueFrom(chat.messages$);
const lastOf = async (chat: GeminiChat) => (await messagesOf(chat)).at(-1)!;
const usage = (prompt: number, answer: number): GeminiUsage => ({
  promptTokenCount: prompt,
  candidatesTokenCount: answer,
});
const ended = (reply$: ReturnType<GeminiChat['send']>) => lastValueFrom(reply$.pipe(toArray())).catch(() => undefined);

describe('the messages of a priced chat', () => {
  it('have the cost, the progress and the pace of their own reply, from the request on', async () => {
    const chat = priced([[chunk('abcd'), finishChunk('STOP', usage(3, 1))]]);
    const seen: ChatMessage[] = [];
    chat.messages$.subscribe((messages) => seen.push(...messages.slice(1)));
    await ended(chat.send('Hello'));
    expect(seen.map(({ status, cost, progress }) => [status, cost?.total, progress?.phase])).toEqual([
      ['waiting', undefined, undefined],
      ['waiting', 0, 'waiting'],
      ['streaming', 0.2, 'answering'],
      ['streaming', 0.5, 'answering'],
      ['streaming', 0.5, 'complete'],
      ['streaming', 0.5, 'complete'],
      ['complete', 0.5, 'complete'],
    ]);
    expect(seen.at(-1)).toMatchObject({
      cost: { estimated: false },
      progress: { percent: 100 },
      metrics: { chunks: 1 },
    });
    expect((await messagesOf(chat))[0]).toMatchObject({ role: 'user', cost: undefined, progress: undefined });
  });

  it('have no cost without `withCost`', async () => {
    const chat = createChat(fakeGemini(['a']), { model });
    await ended(chat.send('Hello'));
    expect(await lastOf(chat)).toMatchObject({ cost: undefined, progress: undefined, metrics: undefined });
  });

  it('add up to the cost of a tool loop, which its reply has', async () => {
    const answers = [
      [callChunk('weather', { city: 'Oslo' }), finishChunk('STOP', usage(1, 0))],
      [callChunk('weather', { city: 'Bergen' }), finishChunk('STOP', usage(2, 0))],
      [chunk('Rain in both.'), finishChunk('STOP', usage(5, 3))],
    ];
    const chat = priced(answers, { tools: { weather: { declaration: {}, run: () => 'rain' } } });
    const reply$ = chat.send('How is it in Oslo and Bergen?');
    const chunks = await lastValueFrom(reply$.pipe(toArray()));
    const costs = (await messagesOf(chat)).map(({ role, cost }) => [role, cost?.total]);
    expect(costs).toEqual([
      ['user', undefined],
      ['model', 0.1],
      ['tool', undefined],
      ['model', 0.2],
      ['tool', undefined],
      ['model', 1.1],
    ]);
    const whole = await lastValueFrom(from(chunks).pipe(finalResponse()));
    expect(whole.cost).toEqual(costOf(usage(8, 3), prices));
    expect(whole.cost).toEqual(costOf(await firstValueFrom(chat.usage$), prices));
    // Never less than before: the cost of a running exchange is never that of the latest request alone.
    const totals = chunks.map(({ cost }) => cost?.total ?? -1);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    expect(totals).not.toContain(-1);
  });

  it('have the cost of a tool loop that `stopWhen` below the chat ends', async () => {
    const calls = [callChunk('weather', { city: 'Oslo' }), finishChunk('STOP', usage(4, 0))];
    const chat = priced([calls, calls, calls], { tools: { weather: { declaration: {}, run: () => 'rain' } } });
    const limited$ = chat.send('Go on').pipe(stopWhen(({ cost }) => (cost && cost.total >= 0.8 ? 'dear' : false)));
    expect(await lastValueFrom(limited$.pipe(finalResponse()))).toMatchObject({
      stopped: { reason: 'dear' },
      cost: { total: 0.8 },
    });
  });

  it.each<[string, FakeAnswer, (chat: GeminiChat) => void]>([
    ['failed', { chunks: ['abcd'], errorAfter: { chunks: 1, error: new TypeError('fetch failed') } }, () => undefined],
    ['cancelled', { chunks: ['abcd'], stallAfter: { chunks: 1 } }, (chat) => chat.cancel()],
  ])('have the cost so far, and no progress, once they are %s', async (status, answer, cut) => {
    const chat = priced([answer]);
    chat.submit('Hello');
    await vi.waitFor(async () => expect((await lastOf(chat)).text).toBe('abcd'));
    cut(chat);
    await vi.waitFor(async () => expect((await lastOf(chat)).status).toBe(status));
    expect(await lastOf(chat)).toMatchObject({ cost: { total: 0.2, estimated: true }, progress: undefined });
  });

  it('are saved and restored with their cost', async () => {
    const chat = priced([[chunk('abcd'), finishChunk('STOP', usage(3, 1))]]);
    await ended(chat.send('Hello'));
    const { cost } = await lastOf(chat);
    const json = JSON.parse(JSON.stringify(chat)) as ReturnType<GeminiChat['toJSON']>;
    expect(json.messages[1]).toMatchObject({ cost });
    expect(json.messages[1]).not.toHaveProperty('progress');
    const restored = priced([], { restore: json });
    expect(await lastOf(restored)).toMatchObject({ cost, progress: undefined });
    expect(restored.toJSON()).toEqual(json);
    const [question, answer] = json.messages;
    const wrong = { ...json, messages: [question!, { ...answer!, cost: { ...cost!, total: '1' as never } }] };
    expect(() => priced([], { restore: wrong })).toThrow(
      'Expected `restore.messages[1].cost.total` to be a number, got a string',
    );
  });

  it('have no cost that a saved chat could not hold', async () => {
    const reply: GeminiChunk[] = [{ ...chunk('a'), cost: { total: NaN } as never }, finishChunk()];
    const chat = createChat(() => from(reply));
    await ended(chat.send('Hello'));
    expect(await lastOf(chat)).toMatchObject({ status: 'complete', cost: undefined });
    expect(createChat(() => of(), { restore: chat.toJSON() }).toJSON()).toEqual(chat.toJSON());
  });

  it('show a wait for a place and for a retry until content comes, or the reply ends', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const busy = new GeminiError('busy', { kind: 'overloaded' });
    const queued$ = of({ text: '', queued: { position: 1 } });
    const failed$ = throwError(() => busy);
    const whole$ = of(chunk('a'), finishChunk());
    const replies = [concat(queued$, failed$), whole$, failed$];
    const chat = createChat(() => replies.shift() ?? failed$, {
      pipe: retryTransient({ delay: 1000, jitter: false }),
    });
    const seen: string[] = [];
    chat.messages$.subscribe((messages) => {
      const { status, queued, retrying } = messages.at(-1) ?? {};
      const waits = [queued && `place ${queued.position}`, retrying && `try ${retrying.attempt} in ${retrying.delay}`];
      const row = [status, ...waits.filter(Boolean)].join(', ');
      if (row !== seen.at(-1)) seen.push(row);
    });
    chat.submit('Hello');
    await vi.advanceTimersByTimeAsync(2000);
    chat.submit('Hello again');
    await vi.advanceTimersByTimeAsync(500);
    chat.cancel();
    expect(seen.slice(1)).toEqual([
      'waiting',
      'waiting, place 1',
      'waiting, place 1, try 1 in 1000',
      'waiting, place 1, try 1 in 0',
      'streaming',
      'complete',
      'waiting',
      'waiting, try 1 in 1000',
      'cancelled',
    ]);
  });
});
