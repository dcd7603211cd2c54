import { describe, expect, it, vi } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { HeldChunks } from '../../src/chunk/heldChunks.js';
import { chunk } from '../../src/testing/chunks.js';

const retrying = { attempt: 1, delay: 500, kind: 'server' } as const;
const queued = { position: 2, delay: 300 } as const;

describe('HeldChunks', () => {
  it('reports the delay that is left of each wait, and never less than 0', () => {
    vi.useFakeTimers();
    const held = new HeldChunks().append({ text: '', queued }).append({ text: '', queued });
    expect(held.snapshot()).toEqual({ text: '', queued });
    vi.advanceTimersByTime(100);
    held.append({ text: '', retrying });
    expect(held.snapshot()).toEqual({ text: '', retrying, queued: { position: 2, delay: 200 } });
    vi.advanceTimersByTime(250);
    const later = { text: '', retrying: { ...retrying, delay: 250 }, queued: { position: 2, delay: 0 } };
    expect(held.snapshot()).toEqual(later);
    vi.advanceTimersByTime(1_000);
    held.append({ text: '', retrying: { ...retrying, delay: 0 }, queued: { position: 0 } });
    expect(held.snapshot()).toEqual({ text: '', retrying: { ...retrying, delay: 0 }, queued: { position: 0 } });
    expect(held.append(chunk('a')).snapshot()).toEqual(chunk('a'));
    vi.useRealTimers();
  });

  it('does not change the chunks that it got, nor earlier snapshots', () => {
    vi.useFakeTimers();
    const wait: GeminiChunk = { text: '', retrying };
    const held = new HeldChunks().append(wait);
    const first = held.snapshot();
    vi.advanceTimersByTime(200);
    expect(held.snapshot().retrying?.delay).toBe(300);
    expect([wait, first]).toEqual([
      { text: '', retrying },
      { text: '', retrying },
    ]);
    vi.useRealTimers();
  });
});
