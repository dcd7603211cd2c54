import { isGeminiError } from 'rxjs-gemini';
import type { Observable, Subscription } from 'rxjs';
import type { Timeline } from './timeline.ts';
import { ValueReader } from './valueReader.ts';

/** A row of the program's own: the values of an Observable that it exports. */
export function playPipeRow(
  timeline: Timeline,
  row: string,
  source$: Observable<unknown>,
  onError: (error: unknown) => void,
  onEnd: () => void,
): Subscription {
  const reader = new ValueReader();
  timeline.add(row, { type: 'subscribe', number: 1 });
  return source$.subscribe({
    next: (value) => {
      for (const content of reader.read(value)) timeline.add(row, content);
    },
    error: (error: unknown) => {
      const kind = isGeminiError(error) ? error.kind : error instanceof Error ? error.name : 'error';
      timeline.add(row, { type: 'error', kind, message: error instanceof Error ? error.message : String(error) });
      onError(error);
      onEnd();
    },
    complete: () => {
      // A reply that was cancelled, or failed as a state, has its ending already.
      if (!reader.hasEnded) timeline.add(row, { type: 'complete' });
      onEnd();
    },
  });
}
