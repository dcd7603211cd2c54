/** The parameters of a call: the part of the SDK's `GenerateContentParameters` that the fake looks at. @public */
export interface FakeParams {
  /** The model; any will do. */
  readonly model: string;
  /** The question to the model; kept in {@link FakeCall.params}. */
  readonly contents: unknown;
  /** The SDK's `config`. Its `abortSignal` is heard. */
  readonly config?: object | undefined;
}

/** The record of one call. Read it when the test has waited for what it tests. @public */
export interface FakeCall {
  /** The method that was called. */
  readonly method: 'generateContent' | 'generateContentStream';
  /** With what. A source adds its own `config.abortSignal`. */
  readonly params: FakeParams;
  /** Whether the caller left before the end: it aborted `config.abortSignal`, or closed the iterator. */
  readonly aborted: boolean;
  /** Whether the reply was read to its end. */
  readonly finished: boolean;
}
