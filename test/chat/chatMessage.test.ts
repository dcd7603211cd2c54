import { lastValueFrom } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createChat } from '../../src/chat/createChat.js';
import type { ChatMessage, FailedChatMessage } from '../../src/chat/chatMessage.js';
import type { EndedToolRun, ToolRun } from '../../src/chunk/annotations.js';
import type { ReplyStatus } from '../../src/chunk/replyStatus.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';

describe('a message', () => {
  it('has an error once it has failed, at run time too', async () => {
    const chat = createChat(fakeGemini([{ error: new TypeError('fetch failed') }]), { model: 'gemini-2.5-flash' });
    const errors: (GeminiError | undefined)[] = [];
    chat.messages$.subscribe((messages) => {
      for (const message of messages) if (message.status === 'failed') errors.push(message.error);
    });
    await lastValueFrom(chat.send('Hello')).catch(() => undefined);
    expect(errors.map((error) => error?.kind)).toEqual(['network']);
  });

  it('is a union over its status, a `ReplyStatus`', () => {
    const statusOf = (message: ChatMessage) => {
      if (message.status === 'failed') {
        expectTypeOf(message).toEqualTypeOf<FailedChatMessage>();
        expectTypeOf(message.error).toEqualTypeOf<GeminiError>();
      } else if (message.status === 'cancelled') expectTypeOf(message.error).toEqualTypeOf<GeminiError | undefined>();
      else expectTypeOf(message.error).toEqualTypeOf<undefined>();
      const { error, status } = message;
      expectTypeOf(error).toEqualTypeOf<GeminiError | undefined>();
      return status;
    };
    expectTypeOf(statusOf).returns.toEqualTypeOf<ReplyStatus>();
  });
});

describe('a run of a tool', () => {
  it('has a response once it has ended', () => {
    const responseOf = (run: ToolRun) => {
      if (run.status === 'failed') {
        expectTypeOf(run).toExtend<EndedToolRun>();
        expectTypeOf(run.response).toEqualTypeOf<Readonly<Record<string, unknown>>>();
      }
      if (run.status === 'running') expectTypeOf(run.response).toEqualTypeOf<undefined>();
      return run.response;
    };
    expectTypeOf(responseOf).returns.toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>();
  });
});
