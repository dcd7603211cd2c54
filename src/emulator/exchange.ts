/** What a request asks for. `undefined` in its place: a path that the emulator does not know. @public */
export type EmulatorAction = 'streamGenerateContent' | 'generateContent' | 'countTokens' | 'listModels' | 'getModel';

/** A request for an answer, as `reply` gets it. @public */
export interface EmulatorRequest {
  /** Its place among all requests, from 0: the same as in `emulator.requests`. */
  readonly index: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** Which method of the API is called. */
  readonly action: 'streamGenerateContent' | 'generateContent';
  /** The model's name, without `models/`. */
  readonly model: string;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The text of the last turn of the user; `''` if it has none. */
  readonly prompt: string;
  /** Aborts when the client leaves or the emulator closes before the answer is finished. */
  readonly signal: AbortSignal;
}

/**
 * What the emulator saw of one request and did about it: a live record, final once `closed` resolves. Times are in
 * ms, of `performance.now()`.
 *
 * @public
 */
export interface EmulatorExchange {
  /** Its place among all requests, from 0. */
  readonly index: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** Which method of the API is called, if the path names one. */
  readonly action: EmulatorAction | undefined;
  /** The model's name, without `models/`, if the path names one. */
  readonly model: string | undefined;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `undefined` until it has come, and if it is not JSON. */
  readonly body: unknown;
  /** When the headers came. */
  readonly startedAt: number;
  /** When the exchange ended. */
  readonly closedAt: number | undefined;
  /** The status that was sent; `undefined` before the headers went out. */
  readonly status: number | undefined;
  /** How many chunks were handed to the socket. */
  readonly chunksSent: number;
  /** How many bytes of the body were handed to the socket. */
  readonly bytesSent: number;
  /** Whether the whole HTTP response went out; not after a drop. */
  readonly finished: boolean;
  /** Whether the client closed the connection before the answer was finished. */
  readonly closedEarly: boolean;
  /** Resolves when the exchange has ended, either way; never rejects. */
  readonly closed: Promise<void>;
}
