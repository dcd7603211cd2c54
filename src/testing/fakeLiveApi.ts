import type { LiveConnection } from '../live/script/liveConnection.js';
import type { LiveClientContent, LiveInput, LiveRealtimeInput } from '../live/liveInput.js';
import type { LiveMessage } from '../live/liveMessage.js';

/** The callbacks of a session: those of the SDK. @public */
export interface FakeLiveCallbacks {
  /** Called when the connection is open, before the setup. */
  onopen?(): void;
  /** Called with each message, `setupComplete` first. */
  onmessage(message: LiveMessage): void;
  /** Called if the connection fails; `onclose` follows. */
  onerror?(event: { readonly message: string; readonly error?: unknown }): void;
  /** Called once, when the connection has ended. */
  onclose?(event: { readonly code: number; readonly reason: string; readonly wasClean: boolean }): void;
}

/** The parameters of `ai.live.connect`, as far as the fake reads them. @public */
export interface FakeLiveParams {
  /** The model; any name. */
  readonly model: string;
  /** The SDK's `config`. An abort of its `abortSignal` ends the connection. */
  readonly config?: object | undefined;
  /** The callbacks. */
  readonly callbacks: FakeLiveCallbacks;
}

/** A session of the fake: the part of the SDK's `Session` that it has. @public */
export interface FakeLiveSession {
  /** The connection; `bufferedAmount` is the number of characters that the server has not read. */
  readonly conn: { readonly ws: { readonly bufferedAmount: number } };
  /** Sends contents for the history. */
  sendClientContent(content?: LiveClientContent): void;
  /** Sends sound, video or text in real time. */
  sendRealtimeInput(input: LiveRealtimeInput): void;
  /** Sends the results of functions. */
  sendToolResponse(response: NonNullable<LiveInput['toolResponse']>): void;
  /** Sends another system instruction or other tools. */
  sendContextUpdate(update: object): void;
  /** Closes the connection. */
  close(): void;
}

/** The part of the SDK's `ai.live` that the fake has. @public */
export interface FakeLiveApi {
  /** The connections so far, in order. */
  readonly connections: readonly LiveConnection[];
  /**
   * Opens a session. The promise settles in the time of rxjs, and calls back at once, so that it also works in virtual
   * time.
   */
  connect(params: FakeLiveParams): Promise<FakeLiveSession>;
}
