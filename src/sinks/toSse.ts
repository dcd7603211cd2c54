import { of, type OperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { eventsOf, type ReplySseOptions } from './eventsOf.js';

/** A server-sent event in the shape of NestJS's `MessageEvent`. @public */
export interface ReplySseMessage {
  /** JSON; `''` in a heartbeat. */
  readonly data: string;
  /**
   * With `resumable: true`, the index of the chunk, from 0; for an event that is not a chunk, the index of the last
   * one, -1 before the first.
   */
  readonly id?: string;
  /** Absent for a chunk. */
  readonly type?: 'error' | 'done' | 'heartbeat';
}

/**
 * Turns a reply into server-sent events, for a framework that writes them itself: NestJS's `@Sse()`.
 *
 * Emits an event a chunk, as it comes; then one of type `done`, or of type `error` with the public form of the error
 * (its kind, whether and when to try again, a sentence; never the cause, a key or a stack), and completes in both
 * cases: a framework would end the response, and the reader would not learn why. A heartbeat is an event that browsers
 * do not show to anybody. An unsubscription is the client's disconnection. Lossless; holds nothing.
 *
 * With `resumable: true`, all events have an `id`, but the end of `format: 'text'`. NestJS numbers events without one by
 * itself, from 1; `fromSse` knows them from indices, which begin with 0, and does not ask for the rest by them, nor by
 * the ids of `format: 'text'` without the opening comment of the other sinks.
 *
 * It does not open with a comment, as the other sinks do: NestJS sends its headers by itself, and before version 12
 * would write a message without `data` as an event. So `fromSse` does not know how often heartbeats come: set its
 * `maxSilence`. NestJS also answers `HEAD` on a route of `@Sse()`, subscribing for a moment; with a route of `@Head()`
 * before it, it does not.
 *
 * @param options - See {@link ReplySseOptions}.
 * @returns An operator from chunks to events.
 * @throws TypeError, RangeError - At the call, if an option is wrong.
 * @see {@link toSseResponse} and {@link pipeToServerResponse}, which have backpressure.
 * @example
 * ```ts
 * // @Sse('ask') ask(): Observable<MessageEvent> { return …
 * reply$.pipe(toSse()).subscribe(({ id, type, data }) => console.log(id, type ?? 'chunk', data));
 * ```
 * @public
 */
export function toSse<T extends GeminiChunk>(options: ReplySseOptions<T> = {}): OperatorFunction<T, ReplySseMessage> {
  return eventsOf(options)((event) => of<ReplySseMessage>(event));
}
