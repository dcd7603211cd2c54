import { assertOptions, rangeError, typeError } from '../rx/assertions.js';
import { isObject } from '../rx/isObject.js';
import type { EmulatorReply, EmulatorScenario } from './scenario.js';
import { scenarioOf } from './scenarioOf.js';
import { scenarioOfRecording } from './scenarioOfRecording.js';

/** A recorded response. @public */
export interface RecordedResponse {
  /** The HTTP status. @defaultValue 200 */
  readonly status?: number | undefined;
  /** The headers; headers of the recorded connection (`Content-Length` and so on) are not sent. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The body as it was sent; any value but a string is sent as JSON. */
  readonly body?: unknown;
}

/** Recorded exchanges of requests and responses, as JSON. @public */
export interface Recording {
  /** A name for people; not used. */
  readonly name?: string | undefined;
  /** A note for people about the source of the recording; not used. */
  readonly origin?: string | undefined;
  /** The exchanges, in order. Their requests are ignored. */
  readonly exchanges: readonly { readonly request?: unknown; readonly response: RecordedResponse }[];
}

/** Options of {@link replayRecording}: the fields of a scenario, except those of its content. @public */
export interface ReplayRecordingOptions extends Omit<
  EmulatorScenario,
  'text' | 'chunks' | 'body' | 'error' | 'finishReason' | 'usage' | 'done' | 'lines' | 'delimiter' | 'unterminated'
> {
  /**
   * The speed of a recording of `record`, relative to the recorded speed: 2 is twice as fast, `Infinity` is all at
   * once. Exchanges have no times: they are sent at `pace`. @defaultValue 1
   */
  readonly speed?: number | undefined;
}

/**
 * Makes a reply that answers with a recording: HTTP exchanges, the JSON lines that `record` writes, or the events of an
 * interaction, one JSON object a line.
 *
 * Exchanges are sent byte for byte: the first request gets the first response, and after the last response, the next
 * request gets the first response again. Each server-sent event counts as a chunk, so `pace`, `packetBytes` and the
 * faults apply.
 *
 * JSON lines are one reply, sent to every request: the chunks without the annotations of operators, at the times at
 * which they arrived. A recorded error is sent as the failure of a server that causes this error: a status, an error
 * event, a broken connection, or silence. If the recording was cancelled or breaks off, the connection is broken there.
 *
 * Events are sent to every new interaction, unchanged and at `pace`, since they have no times.
 *
 * @param recording - See {@link Recording}; or the text of JSON lines or of events.
 * @param options - See {@link ReplayRecordingOptions}.
 * @returns A `reply` for `startEmulator`, with its own position in the recording.
 * @throws TypeError, RangeError - At the call, if the recording has no exchanges, an exchange or a line of it is malformed
 * or an option is wrong.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const recording = JSON.parse(await readFile('recording.json', 'utf8'));
 * const emulator = await startEmulator({ reply: replayRecording(recording, { pace: 40 }) });
 * ```
 * @public
 */
export function replayRecording(recording: Recording | string, options: ReplayRecordingOptions = {}): EmulatorReply {
  assertOptions(options);
  const { speed = 1, ...faults } = options;
  if (!(speed > 0)) throw rangeError('speed', 'a positive number', speed);
  if (typeof recording === 'string') {
    scenarioOf(faults);
    const scenarioFor = scenarioOfRecording(recording, speed);
    return (request) => {
      const scenario = scenarioFor(request);
      return { ...scenario, ...faults, interaction: { ...scenario.interaction, ...faults.interaction } };
    };
  }
  const exchanges: unknown = isObject(recording) ? recording.exchanges : undefined;
  if (!Array.isArray(exchanges) || exchanges.length === 0) {
    throw typeError('recording.exchanges', 'a list of at least one exchange', exchanges);
  }
  const responses = exchanges.map((exchange, index) => responseOf(exchange, `recording.exchanges[${String(index)}]`));
  const scenarios = responses.map((response) => ({ ...scenarioOfResponse(response), ...faults }));
  scenarios.forEach(scenarioOf);
  let next = 0;

  return () => {
    const scenario = scenarios[next % scenarios.length];
    next += 1;
    return scenario ?? {};
  };
}

/** The exchanges are the JSON of a file, which may be cut or edited. */
function responseOf(exchange: unknown, name: string): RecordedResponse {
  const response = isObject(exchange) ? exchange['response'] : undefined;
  if (!isObject(response)) throw typeError(`${name}.response`, 'an object', response);
  const { headers } = response;
  if (headers !== undefined && !isObject(headers)) throw typeError(`${name}.response.headers`, 'an object', headers);
  return response;
}

function scenarioOfResponse({ status = 200, headers = {}, body = '' }: RecordedResponse): EmulatorScenario {
  const own = Object.entries(headers).filter(([name]) => !connectionHeaders.has(name.toLowerCase()));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: Object.fromEntries(own), body: text.split(afterEvent) };
}

const afterEvent = /(?<=\r\n\r\n|\n\n|\r\r)/;

const connectionHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);
