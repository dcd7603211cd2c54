import { isObservable, Observable, Subject } from 'rxjs';
import type { LiveMessage } from '../../live/liveMessage.js';
import {
  assertDelay,
  assertInteger,
  assertOptions,
  assertPositive,
  assertPositiveDelay,
  typeError,
} from '../../rx/assertions.js';
import { signalError, failOnAbort } from '../fromRequest.js';
import { assertParams, resolveParams, withConfig } from '../requestParams.js';
import { assertLiveClient, liveApi, type LiveClient, type LiveParams } from './liveClient.js';
import { connectLive } from './connectLive.js';
import { LiveConnections } from './liveConnections.js';
import { LiveOutbox } from './liveOutbox.js';
import type { LiveReconnectLimits } from './liveReconnection.js';
import { LiveResumption } from './liveResumption.js';
import { sendAll, type LiveInputSource } from './sendAll.js';

/** The reconnections of {@link fromLive}. @public */
export interface LiveReconnectOptions {
  /** The maximum number of further connections in a row without any content; 0 ends the session. @defaultValue 5 */
  readonly count?: number | undefined;
  /**
   * The first of these connections is opened at once, the second after at most `delay` ms. The limit doubles with each
   * failure, up to 30 s; the actual wait is random, between 0 and the limit.
   *
   * @defaultValue 500
   */
  readonly delay?: number | undefined;
}

/** Options of {@link fromLive}. @public */
export interface FromLiveOptions {
  /**
   * Whether the session continues on another connection when its connection ends, by `config.sessionResumption`; or how:
   * see {@link LiveReconnectOptions}.
   *
   * @defaultValue true
   */
  readonly resume?: boolean | LiveReconnectOptions | undefined;
  /**
   * The maximum size of the input that waits to be sent, in bytes of JSON. More sound, video or text in real time is dropped
   * and counted; contents and tool responses are never dropped. 256 kB are about 6 s of speech.
   *
   * @defaultValue 256_000
   */
  readonly maxBuffered?: number | undefined;
  /** The maximum time until a connection is set up, in ms, also of a reconnection. @defaultValue 10_000 */
  readonly connectTimeout?: number | undefined;
  /**
   * The time between two pings, in ms; a server that sends nothing for twice that time, no answer either, counts as gone.
   * A browser sends no pings: there, a connection ends when the system notices.
   *
   * @defaultValue 15_000
   */
  readonly heartbeat?: number | false | undefined;
}

/**
 * Streams a session of the Live API as a cold Observable of messages: speech, video and text in both directions.
 *
 * Each subscription opens a session of its own by the SDK's `ai.live.connect`, and reads its socket: large frames keep
 * their order, in a browser too, and a frame that cannot be read is an error of this session. `input` is subscribed once
 * the session is set up, kept over reconnections, and unsubscribed with the result, so that the microphone stops with the
 * session. The result does not complete when the input does: take what you need, such as one turn of {@link toTurns}.
 * Feeding the result back from outside would open sessions without end; pass a function instead, which gets the messages
 * of the same session.
 *
 * **Resumption.** When the server announces its end (`goAway`), the next connection is opened before the old one is
 * closed: at the end of the turn, which includes the wait for an answer, or just before the time is up. When a
 * connection breaks, the session continues on another one, with its newest handle, after a message `{ retrying }`. The
 * first message of such a connection has the mark `resumed`. A server that refuses the resumption (1007, 1008) gets no
 * sound that had waited, then no handle: the session begins anew (`resumed.isNew`). What the model was saying when a
 * connection broke is lost, because the server does not repeat it.
 *
 * **Backpressure.** Realtime input beyond `maxBuffered` is dropped and counted, in messages `{ dropped }` and in `resumed`.
 * Contents, tool responses and the marks around speech are never dropped; more than 64 MB of them fail the session as
 * `overflow`. Holds the input that waits for a connection, and no message.
 *
 * **Unsubscribing** closes the socket, also before the session is set up.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })`, in a page with an ephemeral token in place of the key; `fakeGemini`,
 * or a stub.
 * @param params - The parameters of `ai.live.connect` without `callbacks`, or a function that makes them for each
 * subscription. The object is not changed. `config.abortSignal`, which the SDK ignores, fails the result.
 * @param input - The messages to the model, merged by the caller: `microphone$`, texts, tool responses. Its error fails the
 * result and closes the session.
 * @param options - See {@link FromLiveOptions}.
 * @returns The messages of the server. Errors are `GeminiError`s, but for an error of `input`, which is passed on, and a TypeError for a value that is not an
 * input: kind
 * `timeout` without a set-up in time, `protocol` for a frame that is not a message, `network` for a connection that ended,
 * with the code of the close as `status`; `auth`, `quota`, `not_found`, `permission` or `invalid_request` where the code or
 * the reason says so.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong. Wrong parameters of a function, and
 * values that are not a {@link LiveInput}, fail the result.
 * @example
 * ```ts
 * import { GoogleGenAI, Modality } from '@google/genai';
 *
 * const ai = new GoogleGenAI({ apiKey });
 * const params = { model: 'gemini-live-2.5-flash-preview', config: { responseModalities: [Modality.TEXT] } };
 * fromLive(ai, params, of({ clientContent: { turns: 'Why is the sky blue?' } }))
 *   .pipe(toTurns(), take(1), mergeAll(), toText())
 *   .subscribe((text) => process.stdout.write(text));
 * ```
 * @public
 */
export function fromLive<P>(
  ai: LiveClient<P>,
  params: NoInfer<LiveParams<P> | (() => LiveParams<P>)>,
  input: LiveInputSource,
  options: FromLiveOptions = {},
): Observable<LiveMessage> {
  assertOptions(options);
  const { resume = true, maxBuffered = 256_000, connectTimeout = 10_000, heartbeat = 15_000 } = options;
  const reconnections = reconnectionsOf(resume);
  assertPositive('maxBuffered', maxBuffered);
  assertPositiveDelay('connectTimeout', connectTimeout);
  if (heartbeat !== false) assertPositiveDelay('heartbeat', heartbeat);
  assertLiveClient(ai);
  assertParams(params);
  if (!isObservable(input) && typeof input !== 'function') throw typeError('input', inputForm, input);

  return new Observable<LiveMessage>((destination) => {
    const session: SessionParams = resolveParams(params);
    const { abortSignal, sessionResumption } = session.config ?? {};
    if (abortSignal) failOnAbort(destination, abortSignal, signalError);
    if (destination.closed) return;
    const messages$ = new Subject<LiveMessage>();
    const emit = (message: LiveMessage) => {
      destination.next(message);
      if (!destination.closed) messages$.next(message);
    };
    const outbox = new LiveOutbox(maxBuffered, (dropped) => {
      emit({ dropped });
    });
    let hasInput = false;
    const connections = new LiveConnections(
      {
        connect(handle, onSetUp) {
          const resumption = reconnections ? { sessionResumption: { ...sessionResumption, handle } } : {};
          const limits = { connectTimeout, heartbeat };
          return connectLive(liveApi(ai), withConfig(session, resumption), limits, onSetUp);
        },
        setUp() {
          if (hasInput) return;
          hasInput = true;
          destination.add(sendAll(input, messages$.asObservable(), outbox, destination));
        },
        message: emit,
        error(error) {
          destination.error(error);
        },
      },
      outbox,
      new LiveResumption(sessionResumption?.handle),
      reconnections,
    );
    destination.add(() => {
      connections.close();
      messages$.complete();
    });
    connections.open();
  });
}

/** The parameters of a session, as far as this library reads them. */
interface SessionParams {
  readonly config?:
    | {
        readonly abortSignal?: AbortSignal | undefined;
        readonly sessionResumption?: { readonly handle?: string | undefined } | undefined;
      }
    | undefined;
}

const inputForm = 'an Observable, or a function that returns one';

function reconnectionsOf(resume: boolean | LiveReconnectOptions): LiveReconnectLimits | undefined {
  if (resume === false) return undefined;
  const limits = resume === true ? {} : resume;
  assertOptions(limits, 'resume', '{ resume: { count: 3 } }');
  const { count = 5, delay = 500 } = limits;
  assertInteger('resume.count', count, 0);
  assertDelay('resume.delay', delay);
  return { count, delay };
}
