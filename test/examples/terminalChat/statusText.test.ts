import { describe, expect, it } from 'vitest';
import type { ReplyState } from '../../../operators/show/toReplyState.js';
import { outcomeText } from '../../../examples/terminal-chat/outcomeText.js';
import { statusText } from '../../../examples/terminal-chat/statusText.js';
import { GeminiError } from '../../../src/errors/geminiError.js';

const waiting: ReplyState = { status: 'waiting', reply: { text: '', chunks: 0 } };
const told = (state: Partial<ReplyState>, sinceState = 0, sinceText = 0): string =>
  statusText({ ...waiting, ...state } as ReplyState, 0, { sinceState, sinceText }).replace(/( · )?\$.*/, '');

describe('statusText', () => {
  it('counts down to a retry and in the queue', () => {
    const retrying = { attempt: 1, delay: 4000, kind: 'overloaded' } as const;
    expect(told({ retrying }, 0)).toBe('Trying again in 4 s (overloaded)');
    expect(told({ retrying }, 1001, 9000)).toBe('Trying again in 3 s (overloaded)');
    expect(told({ retrying: { ...retrying, delay: 0 } })).toBe('Trying again now (overloaded)');
    expect(told({ queued: { position: 3, delay: 12_000 } }, 2000)).toBe('Place 3 in the queue, about 10 s');
    expect(told({ queued: { position: 1 } }, 5000, 5000)).toBe('Place 1 in the queue');
  });

  it('counts the seconds without text from the third on', () => {
    expect(told({ status: 'streaming' }, 0, 2999)).toBe('');
    expect(told({ status: 'streaming' }, 0, 3000)).toBe('No text for 3 s');
    expect(told({ status: 'complete' }, 0, 9000)).toBe('');
  });

  it('tells that a reply goes on', () => {
    const reply = { text: 'a', chunks: 2, resumed: { attempt: 1, kind: 'truncated' } } as const;
    expect(told({ status: 'streaming', reply }, 0, 4000)).toBe(
      'The connection broke; the reply goes on · No text for 4 s',
    );
    expect(told({ status: 'complete', reply })).toBe('');
  });
});

describe('outcomeText', () => {
  it('tells how a reply ended, unless it is whole', () => {
    const status = 'complete';
    expect(outcomeText({ status, hasText: true, finishReason: 'STOP' })).toBeUndefined();
    expect(outcomeText({ status, hasText: false, finishReason: 'STOP' })).toBe('The answer is empty.');
    expect(outcomeText({ status, hasText: true, finishReason: 'MAX_TOKENS' })).toContain('length limit (MAX_TOKENS)');
    expect(outcomeText({ status, hasText: true, finishReason: 'OTHER' })).toBe('The answer was cut off (OTHER).');
    expect(outcomeText({ status: 'cancelled', hasText: true })).toBe('Stopped.');
    const error = new GeminiError('The reply broke off.', { kind: 'truncated' });
    expect(outcomeText({ status: 'failed', hasText: true, error })).toBe('The reply broke off. (truncated)');
  });
});
