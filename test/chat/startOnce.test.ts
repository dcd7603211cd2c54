import { firstValueFrom, lastValueFrom, NEVER, Observable, of, take, takeUntil, timer } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { shareReply } from '../../operators/share/shareReply.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatOptions } from '../../src/chat/chatOptions.js';
import { createChat } from '../../src/chat/createChat.js';
import { createRateLimiter } from '../../operators/protect/createRateLimiter.js';
import { blockedChunk, callChunk, finishChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { outcomeOf } from '../support/outcome.js';

const model = 'gemini-2.5-flash';
const silent: FakeAnswer = { chunks: ['Half'], stallAfter: { chunks: 1 } };

function chatWith(answers: readonly FakeAnswer[], options: Partial<ChatOptions> = {}) {
  const ai = fakeGemini(answers);
  return { ai, chat: createChat(ai, { model, ...options }) };
}

const shown = async (chat: GeminiChat) =>
  (await firstValueFrom(chat.messages$)).map(({ role, status, text }) => `${role} ${status}: ${text}`);
const unsent = async (chat: GeminiChat) => (await firstValueFrom(chat.unsent$)).map(({ text }) => text);
/** The whole chat, except the number of ids that it gave. */
const all = async (chat: GeminiChat) => [
  { ...chat.toJSON(), lastId: 0 },
  await shown(chat),
  await firstValueFrom(chat.status$),
];

describe('a send that is unsubscribed before its request goes out', () => {
  it.each(['draft', 'commit', 'rollback'] as const)('leaves no message in the chat: %s', async (whenCut) => {
    const { ai, chat } = chatWith(['Fine.'], { whenCut });
    const before = await all(chat);
    chat.send('Hi').subscribe().unsubscribe();
    expect(await all(chat)).toEqual(before);
    await lastValueFrom(timer(1));
    expect(ai.calls).toEqual([]);
  });

  it.each(['queue', 'switch', 'reject'] as const)('is sent and shown once by StrictMode: %s', async (whenBusy) => {
    const { ai, chat } = chatWith(['Fine.'], { whenBusy });
    const seen: string[][] = [];
    chat.messages$.subscribe((messages) => seen.push(messages.map(({ text }) => text)));
    const effect = () => chat.send('Hi').subscribe();
    effect().unsubscribe();
    effect();
    await vi.waitFor(async () => {
      expect(await shown(chat)).toEqual(['user complete: Hi', 'model complete: Fine.']);
    });
    expect(ai.calls.map(({ params }) => params.contents)).toEqual([[{ role: 'user', parts: [{ text: 'Hi' }] }]]);
    expect(seen.filter((texts) => texts.filter((text) => text === 'Hi').length > 1)).toEqual([]);
    expect(await unsent(chat)).toEqual([]);
  });

  it('starts again for a later subscriber of the same reply', async () => {
    const { ai, chat } = chatWith(['Fine.']);
    const reply$ = chat.send('Hi');
    reply$.subscribe().unsubscribe();
    reply$.subscribe().unsubscribe();
    expect((await lastValueFrom(reply$)).text).toBe('Fine.');
    expect((await lastValueFrom(reply$)).text).toBe('Fine.');
    expect([ai.calls.length, await shown(chat)]).toEqual([1, ['user complete: Hi', 'model complete: Fine.']]);
  });

  it('stays open for another subscriber, and for a `grace` above', async () => {
    const { ai, chat } = chatWith(['Fine.', 'Fine, too.']);
    const reply$ = chat.send('Hi');
    const first = reply$.subscribe();
    const second = lastValueFrom(reply$);
    first.unsubscribe();
    expect((await second).text).toBe('Fine.');
    const shared$ = chat.send('And?').pipe(shareReply({ grace: 10 }));
    shared$.subscribe().unsubscribe();
    await lastValueFrom(shared$);
    expect([ai.calls.length, (await shown(chat)).length]).toEqual([2, 4]);
  });

  it('leaves no message in the chat and no place in the queue while it is queued', async () => {
    const { ai, chat } = chatWith(['a', 'b', 'c']);
    const first = lastValueFrom(chat.send('1'));
    const second$ = chat.send('2');
    const second = second$.subscribe();
    const third = lastValueFrom(chat.send('3'));
    second.unsubscribe();
    expect(await shown(chat)).toEqual(['user complete: 1', 'model waiting: ', 'user waiting: 3']);
    await Promise.all([first, third, lastValueFrom(second$)]);
    expect((await shown(chat)).filter((message) => message.startsWith('user'))).toEqual(
      [1, 3, 2].map((n) => `user complete: ${n}`),
    );
    expect([ai.calls.length, await unsent(chat)]).toEqual([3, []]);
  });

  it('leaves no message in the chat if a subscriber unsubscribes it in its first change', async () => {
    const { ai, chat } = chatWith(['Fine.']);
    const before = await all(chat);
    chat
      .send('Hi')
      .pipe(takeUntil(of(1)))
      .subscribe();
    chat.send('Hi').pipe(take(0)).subscribe();
    const leaving = new Observable((destination) => {
      const subscription = chat.send('Hi').subscribe();
      destination.add(subscription);
    }).subscribe();
    leaving.unsubscribe();
    expect(await all(chat)).toEqual(before);
    await lastValueFrom(timer(1));
    expect(ai.calls).toEqual([]);
  });

  it('restores the branches: an edit, and a regenerated answer', async () => {
    const { chat } = chatWith(['a', 'b', { error: new TypeError('fetch failed') }, 'c']);
    await lastValueFrom(chat.send('1'));
    await lastValueFrom(chat.send('2'));
    await outcomeOf(chat.send('3'));
    const [first] = await firstValueFrom(chat.messages$);
    const before = await all(chat);
    for (const reply$ of [chat.edit(first!.id, 'One'), chat.regenerate()]) {
      reply$.subscribe().unsubscribe();
      expect(await all(chat)).toEqual(before);
      expect(chat.branches(first!.id)).toEqual([first]);
    }
    await lastValueFrom(chat.regenerate());
    expect((await shown(chat)).slice(4)).toEqual(['user complete: 3', 'model complete: c']);
  });

  it('restores a refused message as a draft after `regenerate`', async () => {
    const { chat } = chatWith([[blockedChunk()]]);
    await outcomeOf(chat.send('1'));
    const before = await all(chat);
    chat.regenerate().subscribe().unsubscribe();
    expect(await all(chat)).toEqual(before);
    expect(chat.history()).toEqual([]);
  });

  it('leaves no message in the chat while a limiter, a token count or a set of tools delays it', async () => {
    const limit = createRateLimiter({ concurrency: 1 }).limit();
    NEVER.pipe(limit).subscribe();
    const { models } = fakeGemini(['never asked']);
    const countTokens = vi.fn(() => new Promise<never>(() => {}));
    const tool = vi.fn(() => new Promise<never>(() => {}));
    const waiting: [ChatOptions, () => unknown][] = [
      [{ model, pipe: (reply$) => reply$.pipe(limit) }, () => true],
      [{ model, window: { tokens: 10 } }, () => countTokens.mock.calls.length > 0],
      [{ model, tools: { set: { tool, callTool: async () => [] } } }, () => tool.mock.calls.length > 0],
    ];
    for (const [options, isWaiting] of waiting) {
      const chat = createChat({ models: { ...models, countTokens } }, options);
      const before = await all(chat);
      const reply = chat.send('Hi').subscribe();
      await lastValueFrom(timer(1));
      expect(isWaiting()).toBe(true);
      reply.unsubscribe();
      expect(await all(chat)).toEqual(before);
    }
  });
});

describe('a send whose request has gone out', () => {
  it('keeps its message in its second step, before that request goes out', async () => {
    const { chat } = chatWith([[callChunk('f'), finishChunk()], silent], {
      tools: { f: { declaration: {}, run: () => 1 } },
      pipe: (reply$) => reply$,
    });
    const reply = chat.send('Go').subscribe(({ candidates }) => {
      if (candidates?.[0]?.content?.role === 'user') reply.unsubscribe();
    });
    await vi.waitFor(async () => {
      expect((await shown(chat)).slice(0, 3)).toEqual(['user complete: Go', 'model complete: ', 'tool cancelled: ']);
    });
    expect(await firstValueFrom(chat.status$)).toBe('idle');
  });
});

describe('a send that `cancel` ends before its request goes out', () => {
  it.each<[string, Partial<ChatOptions>, string[], string[]]>([
    ['draft', {}, ['user complete: Hi', 'model cancelled: '], []],
    ['rollback', { whenCut: 'rollback' }, [], ['Hi']],
  ])('keeps its message: %s', async (_, options, messages, kept) => {
    const { ai, chat } = chatWith([], options);
    const reply = outcomeOf(chat.send('Hi'));
    chat.cancel('stop');
    expect((await reply).values).toEqual([{ text: '', cancelled: { reason: 'stop' } }]);
    expect([await shown(chat), await unsent(chat), ai.calls.length]).toEqual([messages, kept, 0]);
  });

  it('does not make the chat idle while another reply streams', async () => {
    const { chat } = chatWith([silent]);
    const first = chat.send('1').subscribe();
    await vi.waitFor(async () => {
      expect(await firstValueFrom(chat.status$)).toBe('streaming');
    });
    chat.send('2').subscribe().unsubscribe();
    expect(await firstValueFrom(chat.status$)).toBe('streaming');
    first.unsubscribe();
  });
});
