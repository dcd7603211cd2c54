import { typeError } from '../internal/assertions.js';
import { assertScenario } from './assertScenario.js';
import { isObject } from './isObject.js';
import type { EmulatorReply, EmulatorScenario } from './scenario.js';

/** A recorded response. @public */
export interface RecordedResponse {
  /** The HTTP status. @defaultValue 200 */
  readonly status?: number | undefined;
  /** The headers; those that belong to the recorded connection (`Content-Length` and so on) are left out. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The body as it went over the wire; anything but a string is sent as JSON. */
  readonly body?: unknown;
}

/** Recorded exchanges of requests and responses, as JSON. @public */
export interface Recording {
  /** Its name. */
  readonly name?: string | undefined;
  /** Where it is from. */
  readonly origin?: string | undefined;
  /** The exchanges, in order. What was asked is not looked at. */
  readonly exchanges: readonly { readonly request?: unknown; readonly response: RecordedResponse }[];
}

/** How a recording is replayed: everything of a scenario but what it says. @public */
export type ReplayOptions = Omit<
  EmulatorScenario,
  'text' | 'chunks' | 'body' | 'error' | 'finishReason' | 'usage' | 'done' | 'lines' | 'delimiter' | 'unterminated'
>;

/**
 * Makes a reply that answers with recorded responses, byte for byte: the first request gets the first, and after the
 * last it begins again. Each server-sent event counts as a chunk, so `pace`, `packetBytes` and the faults apply.
 *
 * @param recording - See {@link Recording}.
 * @param options - See {@link ReplayOptions}.
 * @returns A `reply` for `startEmulator`; its place in the recording is its own.
 * @throws TypeError, RangeError - At the call, if the recording has no exchanges or an option is wrong.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const recording = JSON.parse(await readFile('recording.json', 'utf8'));
 * const emulator = await startEmulator({ reply: replayRecording(recording, { pace: 40 }) });
 * ```
 * @public
 */
export function replayRecording(recording: Recording, options: ReplayOptions = {}): EmulatorReply {
  const exchanges: unknown = isObject(recording) ? recording.exchanges : undefined;
  if (!Array.isArray(exchanges) || exchanges.length === 0) {
    throw typeError('recording.exchanges', 'a list of at least one exchange', exchanges);
  }
  const scenarios = recording.exchanges.map(({ response }) => ({ ...scenarioOfResponse(response), ...options }));
  scenarios.forEach(assertScenario);
  let next = 0;

  return () => {
    const scenario = scenarios[next % scenarios.length];
    next += 1;
    return scenario ?? {};
  };
}

function scenarioOfResponse({ status = 200, headers = {}, body = '' }: RecordedResponse): EmulatorScenario {
  const own = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name.toLowerCase()));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: Object.fromEntries(own), body: text.split(AFTER_AN_EVENT) };
}

const AFTER_AN_EVENT = /(?<=\r\n\r\n|\n\n|\r\r)/;

const OF_THE_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);
