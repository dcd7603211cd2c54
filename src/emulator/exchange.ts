/** A method of the API that the emulator answers. @public */
export type EmulatorAction = 'streamGenerateContent' | 'generateContent' | 'countTokens' | 'listModels' | 'getModel';

/** A request for an answer, passed to `reply`. @public */
export interface EmulatorRequest {
  /** The position among all requests, from 0: the index in `emulator.requests`, unless `history` dropped some. */
  readonly index: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The method of the API. */
  readonly action: 'streamGenerateContent' | 'generateContent';
  /** The model's name, without `models/`. */
  readonly model: string;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The text of the user's last message; `''` without one. */
  readonly prompt: string;
  /** Aborts when the client disconnects or the emulator closes before the answer is finished. */
  readonly signal: AbortSignal;
}

/**
 * A request and its answer, as observed by the emulator: a live record, final once `closed` resolves. Times are in ms,
 * of `performance.now()`.
 *
 * @public
 */
export interface EmulatorExchange {
  /** The position among all requests, from 0. */
  readonly index: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** The method of the API; `undefined` if the emulator does not know the path. */
  readonly action: EmulatorAction | undefined;
  /** The model's name, without `models/`, if the path names a model. */
  readonly model: string | undefined;
  /** The headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `undefined` until the body has arrived, and if the body is not JSON. */
  readonly body: unknown;
  /** The time at which the headers arrived. */
  readonly startedAt: number;
  /** The time at which the exchange ended; `undefined` until then. */
  readonly closedAt: number | undefined;
  /** The status that was sent; `undefined` before the headers are sent. */
  readonly status: number | undefined;
  /** The number of chunks that were handed to the socket. */
  readonly chunksSent: number;
  /** The number of bytes of the body that were handed to the socket. */
  readonly bytesSent: number;
  /** Whether the whole HTTP response was sent; false after a drop. */
  readonly finished: boolean;
  /** Whether the client closed the connection before the answer was finished. */
  readonly closedEarly: boolean;
  /** Resolves when the exchange has ended, for any reason; never rejects. */
  readonly closed: Promise<void>;
}
