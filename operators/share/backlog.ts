import { ChunkQueue } from '../../src/chunk/chunkQueue.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { UnmergedQueue } from './unmergedQueue.js';

/** The values that wait for one slow subscriber. */
export interface Backlog<T> {
  /** Adds a value; throws if the backlog is too large, which fails the subscriber. */
  push(value: T): void;
  /** Takes the first value; undefined if the backlog is empty. */
  take(): T | undefined;
}

/** Creates the backlog of one subscriber for a policy of `shareReply`. */
export function createBacklog<T extends GeminiChunk>(
  whenSlow: 'coalesce' | 'buffer' | 'error',
  maxBytes: number,
): Backlog<T> {
  if (whenSlow === 'coalesce') return new ChunkQueue<T>(false);
  if (whenSlow === 'buffer') {
    return new UnmergedQueue<T>(maxBytes, () => tooSlow(`more than ${String(maxBytes)} bytes wait`));
  }
  return new UnmergedQueue<T>(0, () => tooSlow('the reply continues'));
}

function tooSlow(problem: string): GeminiError {
  const message = `A reader of the shared reply is too slow: ${problem} while its \`next\` holds the thread`;
  return new GeminiError(message, { kind: 'overflow', limit: 'memory' });
}
