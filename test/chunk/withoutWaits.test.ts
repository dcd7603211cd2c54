import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { waitAnnotations } from '../../src/chunk/replyAnnotations.js';
import { reportsWait, withoutWaits } from '../../src/chunk/withoutWaits.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { chunk } from '../../src/testing/chunks.js';

const waits: Pick<GeminiChunk, 'queued' | 'retrying'> = {
  queued: { position: 1 },
  retrying: { attempt: 1, delay: 5, kind: 'overloaded' },
};

describe('withoutWaits', () => {
  it('omits all waits, and returns a chunk without waits as it is', () => {
    expect(withoutWaits({ ...chunk('a'), ...waits })).toEqual(chunk('a'));
    expect(withoutWaits({ text: '', retrying: waits.retrying })).toEqual({ text: '' });
    const same = chunk('a');
    expect(withoutWaits(same)).toBe(same);
  });

  it('is applied to the partial of an error', () => {
    const error = new GeminiError('Busy.', { kind: 'overloaded', partial: { text: '', ...waits } });
    expect(error.partial).toEqual({ text: '' });
  });
});

describe('reportsWait', () => {
  it('knows every annotation that is a wait', () => {
    for (const name of waitAnnotations) expect(reportsWait({ [name]: {} }), name).toBe(true);
    expect(reportsWait(chunk('a'))).toBe(false);
  });
});
