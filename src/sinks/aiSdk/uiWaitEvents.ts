import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import type { UiMessageChunk } from './uiMessageChunk.js';

/** The event of a seam, which is before the text of its chunk. */
export function seamEvents({ resumed }: GeminiChunk): UiMessageChunk[] {
  if (!resumed) return [];
  const { attempt, kind } = resumed;
  return [{ type: 'data-resumed', data: { attempt, kind }, transient: true }];
}

/** The events of the waits that a chunk reports. Of two merged waits, the one that still lasts is the last. */
export function waitEvents({ queued, retrying }: GeminiChunk): UiMessageChunk[] {
  const place = queued ? [queuedEvent(queued)] : [];
  const next = retrying ? [retryingEvent(retrying)] : [];
  return queued && queued.position > 0 ? [...next, ...place] : [...place, ...next];
}

// Their fields by name: a chunk from elsewhere may have more of them.
function queuedEvent({ position, delay }: NonNullable<GeminiChunk['queued']>): UiMessageChunk {
  return { type: 'data-queued', data: { position, ...(delay !== undefined && { delay }) }, transient: true };
}

function retryingEvent({ attempt, delay, kind }: NonNullable<GeminiChunk['retrying']>): UiMessageChunk {
  return { type: 'data-retrying', data: { attempt, delay, kind }, transient: true };
}
