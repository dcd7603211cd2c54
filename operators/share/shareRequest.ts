import { noop, share, Subject, takeUntil, tap, timer, type Observable } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { BoundedReplay } from './boundedReplay.js';
import { ChunkSubject } from './chunkSubject.js';
import { MergedReplayBuffer, type ReplayBuffer } from './replayBuffer.js';

/** Settings of {@link shareRequest}. */
export interface SharedRequest<T> {
  /** Makes the buffer of a request. Default: a {@link MergedReplayBuffer}. */
  readonly makeBuffer?: () => ReplayBuffer<T>;
  /** The maximum memory of the chunks for late subscribers, in bytes. */
  readonly maxBytes?: number;
  /** The time that a request stays open without a subscriber, in ms. Default: 0. */
  readonly grace?: number;
  /** Called when the request fails, before the subscribers hear of it. */
  readonly onFailure?: () => void;
}

/** The limit of a shared reply by default, in bytes. */
export const defaultMaxBytes = 64 * 1024 * 1024;

/** Shares one request among its subscribers; a late subscriber first gets the chunks that it missed. */
export function shareRequest<T extends GeminiChunk>(
  source: Observable<T>,
  {
    makeBuffer = () => new MergedReplayBuffer<T>(),
    maxBytes = defaultMaxBytes,
    grace = 0,
    onFailure = noop,
  }: SharedRequest<T> = {},
): Observable<T> {
  const limit = { maxBytes, overflow: () => replyTooLarge(maxBytes) };
  /** Fails the source, so that a chunk that cannot be merged is a failure like any other. */
  const failure$ = new Subject<never>();
  const failing$ = source.pipe(takeUntil(failure$));
  return failing$.pipe(
    tap({ error: onFailure }),
    share({
      connector: () =>
        new ChunkSubject(new BoundedReplay<T>(makeBuffer(), limit), (failure) => failure$.error(failure)),
      resetOnComplete: false,
      // With `true`, a failure inside the replay of a late subscriber would connect the new request to the old subject.
      resetOnError: false,
      resetOnRefCountZero: grace === 0 ? true : () => timer(grace),
    }),
  );
}

function replyTooLarge(maxBytes: number): GeminiError {
  const message = `The shared reply is larger than ${String(maxBytes)} bytes, its \`maxBytes\`, so later subscribers cannot have it`;
  return new GeminiError(message, { kind: 'overflow', limit: 'size' });
}
