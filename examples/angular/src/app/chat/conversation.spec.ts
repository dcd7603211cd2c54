import { TestBed } from '@angular/core/testing';
import { GeminiError, type ReplyState } from 'rxjs-gemini';
import { chunk } from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';
import { Conversation } from './conversation';

const state = (status: 'waiting' | 'streaming' | 'complete', text: string): ReplyState => ({
  status,
  reply: { ...chunk(text), chunks: 1 },
});
const failed: ReplyState = {
  status: 'failed',
  reply: { text: '', chunks: 0 },
  error: new GeminiError('It broke', { kind: 'network' }),
};

describe('Conversation', () => {
  it('keeps a turn as it stands', () => {
    const conversation = TestBed.inject(Conversation);
    conversation.keep({ id: 'a', prompt: 'Hi', state: state('waiting', '') });
    conversation.keep({ id: 'b', prompt: 'You', state: state('waiting', '') });
    conversation.keep({ id: 'a', prompt: 'Hi', state: state('complete', 'Hello') });
    expect(conversation.turns().map(({ id, state: { status } }) => [id, status])).toEqual([
      ['a', 'complete'],
      ['b', 'waiting'],
    ]);
  });

  it('tells the model what was said, but not the questions without an answer', () => {
    const conversation = TestBed.inject(Conversation);
    conversation.keep({ id: 'a', prompt: 'Hi', state: state('complete', 'Hello') });
    conversation.keep({ id: 'b', prompt: 'You', state: failed });
    expect(conversation.history()).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }] },
      { role: 'model', parts: [{ text: 'Hello' }] },
    ]);
  });

  it('closes what was still being written, and nothing else', () => {
    const conversation = TestBed.inject(Conversation);
    conversation.keep({ id: 'a', prompt: 'Hi', state: state('complete', 'Hello') });
    conversation.keep({ id: 'b', prompt: 'You', state: state('streaming', 'Half of') });
    for (const id of ['a', 'b', 'c']) conversation.close(id);
    const [done, left] = conversation.turns();
    expect(done?.state.status).toBe('complete');
    expect(left?.state).toMatchObject({ status: 'cancelled', reply: { text: 'Half of' } });
  });
});
