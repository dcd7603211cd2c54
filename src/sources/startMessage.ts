import type { EventId } from '../chunk/parseEventId.js';
import { GeminiError } from '../errors/geminiError.js';
import { depthError, isTextTooDeep, isValueTooDeep, maxJsonDepth, stringify } from '../errors/jsonDepth.js';
import { describe } from '../rx/assertions.js';

/** The message that starts a reply. */
interface StartFields {
  /** The name of the reply. */
  readonly reply: string;
  /** The JSON of the message. */
  readonly json: string;
  /** The id of the last chunk that has arrived; undefined for a whole reply. */
  readonly lastEventId: EventId | undefined;
  /** The time between the heartbeats that are announced, in ms. */
  readonly heartbeat: number | undefined;
}

/** The text of the message that starts a reply. */
export function startMessage({ json, ...fields }: StartFields): string {
  return `${JSON.stringify(fields).slice(0, -1)},"message":${json}}`;
}

/** The text of the message that cancels a reply. */
export function cancelMessage(reply: string): string {
  return JSON.stringify({ reply, cancel: true });
}

/**
 * The JSON of the caller's message.
 *
 * @throws GeminiError - `invalid_request`, if the message has no JSON; `overflow`, if it is nested deeper than
 * `serveWebSocket` reads.
 */
export function messageJson(message: unknown): string {
  let json: string | undefined;
  try {
    json = stringify(message);
  } catch (cause) {
    if (isValueTooDeep(message)) throw depthError('The message');
    throw withoutJson('a value that has no JSON, such as a circular object', cause);
  }
  if (json === undefined) throw withoutJson(describe(message));
  // The text that is sent has one level more.
  if (isTextTooDeep(json, maxJsonDepth - 1)) throw depthError('The message');
  return json;
}

function withoutJson(got: string, cause?: unknown): GeminiError {
  const message = `Expected \`message\` to be a value that can be sent as JSON, got ${got}`;
  return new GeminiError(message, { kind: 'invalid_request', cause });
}
