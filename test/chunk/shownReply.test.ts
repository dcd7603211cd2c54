import { defer, of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { toReplyState } from '../../operators/show/toReplyState.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { ShownReply } from '../../src/chunk/shownReply.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';

const waits: Pick<GeminiChunk, 'queued' | 'retrying'> = {
  queued: { position: 1 },
  retrying: { attempt: 1, delay: 5, kind: 'overloaded' },
};

/** The waits that are shown after chunks. */
function shown(...chunks: readonly GeminiChunk[]) {
  const reply = new ShownReply();
  for (const one of chunks) reply.append(one);
  const { queued, retrying } = reply.snapshot();
  return { queued, retrying };
}

describe('ShownReply', () => {
  it.each<[string, GeminiChunk, boolean]>([
    ['is open', { text: '' }, true],
    ['has a finish', finishChunk(), false],
    ['has an unspecified finish', finishChunk('FINISH_REASON_UNSPECIFIED'), true],
    ['was cancelled', { text: '', cancelled: { reason: 'x' } }, false],
    ['was stopped', { text: '', stopped: { reason: 'x' } }, false],
  ])('has the waits of a reply that %s: %#', (_, end, isOpen) => {
    expect(shown({ text: '', ...waits }, end)).toEqual(isOpen ? waits : {});
    expect(shown({ ...end, ...waits })).toEqual(isOpen ? waits : {});
  });

  it('has a wait that follows a finish, until content or the next finish', () => {
    const again: GeminiChunk = { text: '', retrying: { attempt: 1, delay: 9, kind: 'empty' } };
    expect(shown(finishChunk(), again)).toEqual({ retrying: again.retrying });
    expect(shown(finishChunk(), again, finishChunk())).toEqual({});
    expect(shown(finishChunk(), again, chunk('a'))).toEqual({});
  });

  it('lets toReplyState show the retry of a reply that finished without an answer', () => {
    vi.useFakeTimers();
    let requests = 0;
    const reply$ = defer(() => (requests++ === 0 ? of(finishChunk()) : of(chunk('a'), finishChunk())));
    const seen: unknown[] = [];
    reply$
      .pipe(classifyErrors({ failOnEmpty: true }), retryTransient({ jitter: false }), toReplyState())
      .subscribe(({ status, retrying }) => seen.push([status, retrying?.delay]));
    expect(seen.at(-1)).toEqual(['waiting', 500]);
    vi.advanceTimersByTime(500);
    expect(seen.slice(-4)).toEqual([
      ['waiting', 0],
      ['streaming', undefined],
      ['streaming', undefined],
      ['complete', undefined],
    ]);
    vi.useRealTimers();
  });
});
