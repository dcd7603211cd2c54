/**
 * The parameters of a call: the part of the SDK's `GenerateContentParameters` that the fake reads. For an interaction,
 * the parameters of `interactions.create`, with its model or agent as `model` and its input as `contents`.
 *
 * @public
 */
export interface FakeParams {
  /** The model; any name. */
  readonly model: string;
  /** The request's contents; recorded in {@link FakeCall.params}. */
  readonly contents: unknown;
  /** The SDK's `config`. An abort of its `abortSignal` ends the call. */
  readonly config?: object | undefined;
}

/** The record of one call, kept up to date while the reply is read. @public */
export interface FakeCall {
  /** The method that was called. */
  readonly method: 'generateContent' | 'generateContentStream' | 'interactions.create';
  /** The parameters of the call. A source adds its own `config.abortSignal`. */
  readonly params: FakeParams;
  /** Whether the caller stopped before the end: by an abort of `config.abortSignal`, or by closing the iterator. */
  readonly aborted: boolean;
  /** Whether the reply was read to its end. */
  readonly finished: boolean;
}
