/** A client of the Live API: `GoogleGenAI` of version 1.50 or newer, `fakeGemini`, or a stub. @public */
export interface LiveClient<P> {
  /** The SDK's `ai.live`. */
  readonly live: {
    /** Opens a session. */
    connect(params: P): Promise<unknown>;
  };
}

/** The parameters of `ai.live.connect` without the callbacks. @public */
export type LiveParams<P> = Omit<P, 'callbacks'>;
