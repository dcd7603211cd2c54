import { Observable } from 'rxjs';
import type { LiveInput } from '../../live/liveInput.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import type { LiveClient, LiveParams } from './liveClient.js';

/** Options of {@link fromLive}. @public */
export interface FromLiveOptions {
  /** Whether the session continues on another connection when one ends. @defaultValue true */
  readonly resume?: boolean | undefined;
  /** The maximum size of realtime input that waits to be sent, in bytes of JSON. @defaultValue 256_000 */
  readonly maxBuffered?: number | undefined;
  /** The maximum time until a connection is set up, in ms. @defaultValue 10_000 */
  readonly connectTimeout?: number | undefined;
}

/** The input of a session, or a function that makes it from the messages of the same session. @public */
export type LiveInputSource = Observable<LiveInput> | ((messages$: Observable<LiveMessage>) => Observable<LiveInput>);

/** STUB: replaced soon; the signature stays. @public */
export function fromLive<P>(
  _ai: LiveClient<P>,
  _params: NoInfer<LiveParams<P> | (() => LiveParams<P>)>,
  _input: LiveInputSource,
  _options: FromLiveOptions = {},
): Observable<LiveMessage> {
  return new Observable();
}
