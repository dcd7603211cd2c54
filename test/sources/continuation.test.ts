import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { Continuation } from '../../src/sources/continuation.js';
import { blockedChunk, chunk, finishChunk, usageChunk } from '../../src/testing/chunks.js';

/** A pause of the first candidate; other candidates stand beside it. */
const pause = (continuationToken?: unknown, ...others: object[]): GeminiChunk => ({
  text: '',
  candidates: [
    { index: 0, finishReason: 'CONTINUATION', ...(continuationToken !== undefined && { continuationToken }) },
    ...others,
  ],
});
const token = (continuationToken: unknown, text = ''): GeminiChunk => {
  const candidate = { index: 0, continuationToken, ...(text && { content: { parts: [{ text }] } }) };
  return { text, candidates: [candidate] };
};
const dropped = new GeminiError('Dropped.', { kind: 'truncated' });
const truncated = {
  kind: 'truncated',
  message: 'The reply broke off after its last checkpoint, so it cannot be continued',
};

function after(...chunks: GeminiChunk[]): Continuation {
  const continuation = new Continuation();
  for (const each of chunks) continuation.observe(each);
  return continuation;
}

function errorOf(act: () => unknown): unknown {
  try {
    return ['no error', act()];
  } catch (error) {
    return error;
  }
}

describe('observe', () => {
  it('removes the finish reason of a pause with a new token, and no other finish reason', () => {
    const other = { index: 1, finishReason: 'STOP' };
    expect(new Continuation().observe(pause('t1', other))).toStrictEqual({
      text: '',
      candidates: [{ index: 0, continuationToken: 't1' }, other],
    });
    for (const same of [chunk('a'), finishChunk(), usageChunk({ totalTokenCount: 1 }), blockedChunk(), { text: '' }]) {
      expect(new Continuation().observe(same)).toBe(same);
    }
  });

  it.each([undefined, null, '', 7])('does not change a pause whose token is %o', (wrong) => {
    const paused = pause(wrong);
    const continuation = new Continuation();
    expect(continuation.observe(paused)).toBe(paused);
    expect(continuation.afterEnd()).toBeUndefined();
  });

  it('does not change a pause whose token was used', () => {
    const continuation = after(pause('t1'));
    continuation.afterEnd();
    const paused = pause('t1');
    expect(continuation.observe(paused)).toBe(paused);
    expect(continuation.afterEnd()).toBeUndefined();
  });
});

describe('afterEnd', () => {
  it('continues with the token of a pause, also if content came before it', () => {
    expect(after(chunk('a'), pause('t1')).afterEnd()).toBe('t1');
    expect(after(token('t1'), chunk('a'), pause()).afterEnd()).toBe('t1');
  });

  it('does not continue a reply that finished, was blocked, or has no token', () => {
    expect(after(token('t1'), finishChunk()).afterEnd()).toBeUndefined();
    expect(after(token('t1'), blockedChunk()).afterEnd()).toBeUndefined();
    expect(after(chunk('a')).afterEnd()).toBeUndefined();
    expect(after().afterEnd()).toBeUndefined();
  });

  it('continues a reply whose finish was cleared by a token with content', () => {
    expect(after(finishChunk(), token('t1', 'a')).afterEnd()).toBe('t1');
  });

  it('fails if content came after the last token, also after a finish', () => {
    const continuation = after(token('t1'), finishChunk(), chunk('b'));
    expect(errorOf(() => continuation.afterEnd())).toMatchObject(truncated);
  });

  it('fails if content followed a pause', () => {
    expect(errorOf(() => after(pause('t1'), chunk('b')).afterEnd())).toMatchObject(truncated);
  });
});

describe('the end of a reply', () => {
  const ofCandidate1 = { text: '', candidates: [{ index: 1, content: { parts: [{ text: 'b' }] } }] };

  it('is judged on candidate 0', () => {
    expect(after(token('t1'), chunk('a'), finishChunk(), ofCandidate1).afterEnd()).toBeUndefined();
  });

  it('is not a finish that is followed by content', () => {
    expect(errorOf(() => after(token('t1'), finishChunk(), chunk('a')).afterEnd())).toMatchObject(truncated);
    expect(after(finishChunk(), chunk('a'), token('t1')).afterEnd()).toBe('t1');
  });
});

describe('afterFailure', () => {
  it.each(['network', 'truncated'] as const)('resumes from the last token after an error of kind %s', (kind) => {
    expect(after(token('t1', 'a')).afterFailure(new GeminiError('Lost.', { kind }))).toBe('t1');
  });

  it('resumes if only token counts came after the last token', () => {
    expect(after(token('t1', 'a'), usageChunk({ totalTokenCount: 1 })).afterFailure(dropped)).toBe('t1');
  });

  it('throws the error itself if it is not a drop, or if there is no token', () => {
    const busy = new GeminiError('Busy.', { kind: 'overloaded' });
    expect(errorOf(() => after(token('t1')).afterFailure(busy))).toBe(busy);
    expect(errorOf(() => after(chunk('a')).afterFailure(dropped))).toBe(dropped);
    expect(errorOf(() => after(token('t1')).afterFailure(new RangeError('no')))).toMatchObject({ kind: 'unknown' });
  });

  it('fails with the error as its cause if content came after the last token', () => {
    const error = errorOf(() => after(token('t1'), chunk('b')).afterFailure(dropped));
    expect(error).toMatchObject({ ...truncated, cause: { kind: 'truncated', message: 'Dropped.' } });
  });

  it('resumes three times in a row from one token, and again from a later one', () => {
    const continuation = after(token('t1'));
    // The first use of a token is no repetition.
    for (let times = 0; times < 4; times++) expect(continuation.afterFailure(dropped)).toBe('t1');
    expect(errorOf(() => continuation.afterFailure(dropped))).toMatchObject(truncated);
    continuation.observe(token('t2'));
    for (let times = 0; times < 4; times++) expect(continuation.afterFailure(dropped)).toBe('t2');
    expect(errorOf(() => continuation.afterFailure(dropped))).toMatchObject(truncated);
  });

  it('fails if content of the resumed reply came without a token', () => {
    const continuation = after(token('t1'));
    continuation.afterFailure(dropped);
    continuation.observe(chunk('b'));
    expect(errorOf(() => continuation.afterFailure(dropped))).toMatchObject(truncated);
  });

  it('resumes again after a pause with any content before it', () => {
    const continuation = after(chunk('a'), pause('t1'));
    expect(continuation.afterEnd()).toBe('t1');
    expect(continuation.afterFailure(dropped)).toBe('t1');
  });
});
