import { expect, it } from 'vitest';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import { chunk } from '../../src/testing/chunks.js';

it('noticeAfter copies the standing annotations that have a value, and no other field', () => {
  const progress = { phase: 'waiting', percent: 0, outputTokens: 0, estimated: false, elapsed: 0 } as const;
  const interaction = { id: 'v1_a', status: 'in_progress', cursor: '7' };
  const latest: GeminiChunk = { ...chunk('a'), progress, cost: undefined, queued: { position: 1 }, interaction };
  expect(noticeAfter(latest)).toStrictEqual({ text: '', progress });
  expect(noticeAfter(undefined)).toStrictEqual({ text: '' });
});
