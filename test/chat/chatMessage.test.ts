import { lastValueFrom } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createChat } from '../../src/chat/createChat.js';
import type { FailedChatMessage, ChatMessage, TurnStatus } from '../../src/chat/chatMessage.js';
import type { EndedToolRun, ToolRun } from '../../src/chunk/annotations.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';

describe('a turn', () => {
  it('has an error once it has failed, at run time too', async () => {
    const chat = createChat(fakeGemini([{ error: new TypeError('fetch failed') }]), { model: 'gemini-2.5-flash' });
    const errors: (GeminiError | undefined)[] = [];
    chat.messages$.subscribe((turns) => {
      for (const turn of turns) if (turn.status === 'failed') errors.push(turn.error);
    });
    await lastValueFrom(chat.send('Hello')).catch(() => undefined);
    expect(errors.map((error) => error?.kind)).toEqual(['network']);
  });

  it('is a union over its status', () => {
    const statusOf = (turn: ChatMessage) => {
      if (turn.status === 'failed') {
        expectTypeOf(turn).toEqualTypeOf<FailedChatMessage>();
        expectTypeOf(turn.error).toEqualTypeOf<GeminiError>();
      } else if (turn.status === 'cancelled') expectTypeOf(turn.error).toEqualTypeOf<GeminiError | undefined>();
      else expectTypeOf(turn.error).toEqualTypeOf<undefined>();
      const { error, status } = turn;
      expectTypeOf(error).toEqualTypeOf<GeminiError | undefined>();
      return status;
    };
    expectTypeOf(statusOf).returns.toEqualTypeOf<TurnStatus>();
    expectTypeOf<TurnStatus>().toEqualTypeOf<'pending' | 'streaming' | 'complete' | 'cancelled' | 'failed'>();
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
