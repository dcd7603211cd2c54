import { typeError } from '../../rx/assertions.js';
import { isObject } from '../../rx/isObject.js';
import type { LiveClientContent, LiveFunctionResponse, LiveRealtimeInput } from '../../live/liveInput.js';

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

/** The SDK's `ai.live` as this library calls it. */
export interface LiveApi {
  connect(params: object): PromiseLike<SdkSession>;
  /** Makes the sockets of the SDK; absent from a stub. */
  readonly webSocketFactory?: SocketFactory | undefined;
}

/** The SDK's `Session`. */
export interface SdkSession {
  sendRealtimeInput(input: LiveRealtimeInput): void;
  sendClientContent(content: LiveClientContent): void;
  sendToolResponse(response: {
    readonly functionResponses: LiveFunctionResponse | readonly LiveFunctionResponse[];
  }): void;
  /** Absent before version 3. */
  sendContextUpdate?(update: object): void;
  close(): void;
  /** A private field of the SDK. */
  readonly conn?: SdkConnection | undefined;
}

/** The maker of the SDK's connections. */
export interface SocketFactory {
  create(url: string, headers: object, callbacks: SocketCallbacks): SdkConnection;
}

/** A connection of the SDK. */
export interface SdkConnection {
  connect(): void;
  send(message: string): void;
  close(): void;
  /** The socket, once `connect` was called: of the browser, or of the package `ws`. */
  readonly ws?: SdkSocket | undefined;
}

/** The callbacks of a socket. */
export interface SocketCallbacks {
  onopen(): void;
  onmessage(event: { readonly data: unknown }): void;
  onerror(event: unknown): void;
  onclose(event: unknown): void;
}

/** A socket of the browser, or of the package `ws`, which has more methods. */
export interface SdkSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  binaryType?: string;
  close(code?: number): void;
  terminate?(): void;
  ping?(): void;
  on?(type: 'pong', listener: () => void): unknown;
}

/** @throws TypeError - If `ai` has no `live.connect`. */
export function assertLiveClient(ai: unknown): void {
  const live = isObject(ai) ? ai['live'] : undefined;
  if (isObject(live) && typeof live['connect'] === 'function') return;
  throw typeError('ai', 'a client with `live.connect`, such as `new GoogleGenAI({ apiKey })`', ai);
}

/** The calls of a client, whose parameters have a type that this library does not know. */
export function liveApi(ai: object): LiveApi {
  return (ai as { readonly live: LiveApi }).live;
}
