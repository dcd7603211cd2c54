import { config, firstValueFrom, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChat } from '../../src/chat/createChat.js';
import type { ChatMessage } from '../../src/chat/chatMessage.js';
import type { ChatSettings } from '../../src/chat/chatOptions.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { callChunk, chunk, finishChunk } from '../../src/testing/chunks.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';

const model = 'gemini-2.5-flash';
const silent: FakeAnswer = { chunks: ['Half of '], stallAfter: { chunks: 1 } };
const broken: FakeAnswer = { chunks: ['Half of '], errorAfter: { chunks: 1, error: new TypeError('fetch failed') } };

function chatWith(answers: readonly FakeAnswer[], options: ChatSettings = {}) {
  const ai = fakeGemini(answers);
  return { ai, chat: createChat(ai, { model, ...options }) };
}

const brief = ({ role, status, text }: ChatMessage) => `${role} ${status}: ${text}`;
const shown = async (chat: GeminiChat) => (await firstValueFrom(chat.messages$)).map(brief);
const unsent = async (chat: GeminiChat) => (await firstValueFrom(chat.unsent$)).map(brief);
const statusOf = (chat: GeminiChat) => firstValueFrom(chat.status$);
const isIdle = (chat: GeminiChat) => vi.waitFor(async () => expect(await statusOf(chat)).toBe('idle'));
const isStreaming = (chat: GeminiChat) => vi.waitFor(async () => expect(await statusOf(chat)).toBe('streaming'));

const uncaught: unknown[] = [];
const collect = (cause: unknown) => uncaught.push(cause);

beforeEach(() => {
  uncaught.length = 0;
  config.onUnhandledError = collect;
  process.on('unhandledRejection', collect);
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve));
  config.onUnhandledError = null;
  process.off('unhandledRejection', collect);
});

describe('submit', () => {
  it('shows the message at once, and requests the answer', async () => {
    const { ai, chat } = chatWith(['Blue.']);
    chat.submit('Which colour?');
    expect(await shown(chat)).toEqual(['user complete: Which colour?', 'model waiting: ']);
    await isIdle(chat);
    expect(await shown(chat)).toEqual(['user complete: Which colour?', 'model complete: Blue.']);
    expect(ai.calls).toHaveLength(1);
    expect(uncaught).toEqual([]);
  });

  it('is queued behind another message, and sends it', async () => {
    const { chat } = chatWith(['a', 'b']);
    chat.submit('1');
    chat.submit('2');
    await isIdle(chat);
    expect(await shown(chat)).toEqual([
      'user complete: 1',
      'model complete: a',
      'user complete: 2',
      'model complete: b',
    ]);
  });

  it.each<[string, FakeAnswer]>([
    ['breaks off', broken],
    ['is refused', { error: new GeminiError('no', { kind: 'blocked' }) }],
  ])('reports an answer that %s as a message with an error, and never as an uncaught error', async (_, answer) => {
    const { chat } = chatWith([answer]);
    chat.submit('Hello');
    await isIdle(chat);
    const messages = await firstValueFrom(chat.messages$);
    expect(messages.at(-1)).toMatchObject({
      role: 'model',
      status: 'failed',
      error: expect.any(GeminiError) as unknown,
    });
    expect(await unsent(chat)).toEqual([]);
    expect(uncaught).toEqual([]);
  });

  it('reports a source and a pipe that throw in the same way', async () => {
    const source = createChat(() => {
      throw new Error('broken source');
    });
    const piped = createChat(() => throwError(() => 'e'), {
      pipe: () => {
        throw new Error('broken pipe');
      },
    });
    for (const chat of [source, piped]) {
      chat.submit('Hello');
      await isIdle(chat);
      expect(await shown(chat)).toEqual(['user complete: Hello', 'model failed: ']);
    }
    expect(uncaught).toEqual([]);
  });

  it('adds a message that a busy chat refuses to `unsent$`, with its error', async () => {
    const { ai, chat } = chatWith([silent], { whenBusy: 'reject' });
    chat.submit('1');
    await isStreaming(chat);
    chat.submit(['2', { inlineData: { data: 'AA==', mimeType: 'image/png' } }]);
    expect(await shown(chat)).toEqual(['user complete: 1', 'model streaming: Half of ']);
    const [refused, ...more] = await firstValueFrom(chat.unsent$);
    expect(more).toEqual([]);
    expect(refused).toMatchObject({ role: 'user', text: '2', status: 'failed', error: { kind: 'rate_limit' } });
    expect(refused?.parts).toHaveLength(2);
    const restored = createChat(ai, { model, restore: chat.toJSON() });
    expect(await unsent(restored)).toEqual(['user failed: 2']);
    chat.discard(refused!.id);
    expect(await unsent(chat)).toEqual([]);
    chat.cancel();
    expect([ai.calls.length, uncaught]).toEqual([1, []]);
  });

  it('sends again once the chat is not busy', async () => {
    const { chat } = chatWith(['a', 'b'], { whenBusy: 'reject' });
    chat.submit('1');
    chat.submit('2');
    await isIdle(chat);
    chat.submit('3');
    await isIdle(chat);
    expect(await unsent(chat)).toEqual(['user failed: 2']);
    expect((await shown(chat)).slice(2)).toEqual(['user complete: 3', 'model complete: b']);
  });

  it.each([
    { end: 'completion', answers: ['a', 'b'] },
    { end: 'a failure', answers: [broken, 'b'] },
    { end: 'a cancel', answers: [silent, 'b'] },
  ])('sends from a subscriber that sees the chat idle after $end, also with `reject`', async ({ end, answers }) => {
    const { ai, chat } = chatWith(answers, { whenBusy: 'reject' });
    const seen: string[] = [];
    chat.status$.subscribe((status) => {
      seen.push(status);
      if (status === 'idle' && seen.length > 1 && ai.calls.length === 1) chat.submit('2');
    });
    chat.submit('1');
    if (end === 'a cancel') {
      await isStreaming(chat);
      chat.cancel();
    }
    await vi.waitFor(async () =>
      expect((await shown(chat)).slice(2)).toEqual(['user complete: 2', 'model complete: b']),
    );
    expect(await unsent(chat)).toEqual([]);
    expect(seen).toEqual(['idle', 'waiting', 'streaming', 'idle', 'waiting', 'streaming', 'idle']);
  });

  it('adds the message to `unsent$` with `rollback`', async () => {
    const { chat } = chatWith([broken], { whenCut: 'rollback' });
    chat.submit('Hello');
    await isIdle(chat);
    expect([await shown(chat), await unsent(chat)]).toEqual([[], ['user failed: Hello']]);
    expect(uncaught).toEqual([]);
  });

  it('is cancelled by `cancel`, with its request; queued messages are unsent', async () => {
    const { ai, chat } = chatWith([silent]);
    chat.submit('1');
    chat.submit('2');
    await isStreaming(chat);
    chat.cancel();
    expect(await shown(chat)).toEqual(['user complete: 1', 'model cancelled: Half of ']);
    expect(await unsent(chat)).toEqual(['user cancelled: 2']);
    expect(ai.calls[0]?.aborted).toBe(true);
    expect(uncaught).toEqual([]);
  });

  it('gives way to a later message with `switch`', async () => {
    const { chat } = chatWith([silent, 'b'], { whenBusy: 'switch' });
    chat.submit('1');
    await isStreaming(chat);
    chat.submit('2');
    await isIdle(chat);
    expect((await shown(chat)).slice(1)).toEqual([
      'model cancelled: Half of ',
      'user complete: 2',
      'model complete: b',
    ]);
  });

  it('runs the tools of the chat', async () => {
    const { chat } = chatWith(
      [{ chunks: [callChunk('add', { a: 1 }), finishChunk()] }, { chunks: [chunk('2'), finishChunk()] }],
      {
        tools: { add: { declaration: {}, run: () => 2 } },
      },
    );
    chat.submit('1 + 1?');
    await isIdle(chat);
    expect((await shown(chat)).slice(1)).toEqual(['model complete: ', 'tool complete: ', 'model complete: 2']);
  });

  it('leaves the error of a subscriber of `messages$` to rxjs, and continues', async () => {
    const { chat } = chatWith(['Blue.']);
    chat.messages$.subscribe(() => {
      throw new Error('view');
    });
    chat.submit('Hello');
    await isIdle(chat);
    expect(await shown(chat)).toEqual(['user complete: Hello', 'model complete: Blue.']);
    await new Promise((resolve) => setTimeout(resolve));
    expect(uncaught).toContainEqual(new Error('view'));
  });

  it.each([undefined, null, 3, '', [], {}, () => 'x'])(
    'throws at the call for %o, and changes nothing',
    async (message) => {
      const { ai, chat } = chatWith([]);
      expect(() => chat.submit(message as never)).toThrow(TypeError);
      expect([await shown(chat), await unsent(chat), ai.calls]).toEqual([[], [], []]);
    },
  );
});
