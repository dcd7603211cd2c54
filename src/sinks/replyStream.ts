/**
 * A web `ReadableStream` of chunks or of texts, typed for browsers and for Node: it is assignable to the `ReadableStream`
 * of the DOM and to that of `node:stream/web`, and needs neither of their types.
 *
 * Two runtimes differ from the type: older Safari has no async iteration of streams (use `getReader()`), and only recent
 * ones have `Symbol.asyncDispose`.
 *
 * @public
 */
export interface ReplyStream<T> {
  /** Whether the stream has a reader. */
  readonly locked: boolean;
  /** Ends the stream and unsubscribes the source, which closes the request. */
  cancel(reason?: unknown): Promise<void>;
  /** Throws a `TypeError`: the stream is not a stream of bytes. */
  getReader(options: { mode: 'byob' }): never;
  /** Locks the stream to a reader. */
  getReader(options?: { mode?: undefined }): ReplyStreamReader<T>;
  /** Writes the stream to a transform, and returns the readable side of the transform. */
  pipeThrough<P extends { readable: unknown; writable: ReplyStreamDestination<T> }>(
    transform: P,
    options?: ReplyStreamPipeOptions,
  ): P['readable'];
  /** Writes the stream to a destination; resolves once all has been written. */
  pipeTo(destination: ReplyStreamDestination<T>, options?: ReplyStreamPipeOptions): Promise<void>;
  /** Splits the stream into two that both have every value. The values that only one of them has read are held. */
  tee(): [ReplyStream<T>, ReplyStream<T>];
  /** Returns an iterator of the values; with `preventCancel`, leaving its loop does not cancel the stream. */
  values(options?: { preventCancel?: boolean }): ReplyStreamIterator<T>;
  /** Returns an iterator of the values; leaving its loop cancels the stream. */
  [Symbol.asyncIterator](): ReplyStreamIterator<T>;
}

/** The reader of a {@link ReplyStream}. @public */
export interface ReplyStreamReader<T> {
  /** Resolves when the stream has ended; rejects when it has failed. */
  readonly closed: Promise<undefined>;
  /** Ends the stream and unsubscribes the source. */
  cancel(reason?: unknown): Promise<void>;
  /** Resolves with the next value, or with the end. */
  read(): Promise<{ done: false; value: T } | { done: true; value: undefined }>;
  /** Gives the stream free for another reader. */
  releaseLock(): void;
}

/** The iterator of a {@link ReplyStream}, with `Symbol.asyncDispose` where the types of the project have it. @public */
export type ReplyStreamIterator<T> = AsyncIterator<T, undefined, unknown> & {
  [Symbol.asyncIterator](): ReplyStreamIterator<T>;
} & (SymbolConstructor extends { readonly asyncDispose: infer S extends symbol }
    ? Record<S, () => Promise<void>>
    : unknown);

/** A `WritableStream` that takes the values of a {@link ReplyStream}. @public */
export interface ReplyStreamDestination<T> {
  /** Whether the destination has a writer. */
  readonly locked: boolean;
  /** Locks the destination to a writer. */
  getWriter(): { write(value?: T): Promise<void> };
}

/** Options of `pipeTo` and `pipeThrough` of a {@link ReplyStream}, those of every web stream. @public */
export interface ReplyStreamPipeOptions {
  /** Whether a failure of the stream leaves the destination open. @defaultValue false */
  preventAbort?: boolean;
  /** Whether a failure of the destination leaves the stream open. @defaultValue false */
  preventCancel?: boolean;
  /** Whether the end of the stream leaves the destination open. @defaultValue false */
  preventClose?: boolean;
  /** A signal that stops the writing. */
  signal?: AbortSignal;
}
