import { errorFromBody } from '../../errors/apiFailure.js';
import { GeminiError } from '../../errors/geminiError.js';
import type { LiveMessage } from '../../live/liveMessage.js';
import { isObject, type Fields } from '../../rx/isObject.js';
import { parseUntrustedJson } from '../parseUntrustedJson.js';
import { notAResponse } from '../protocolErrors.js';

const expected = 'a message of the Live API';

/**
 * Reads a frame of a Live socket: JSON, as text or as bytes.
 *
 * @throws GeminiError - `protocol`, if the frame is not a message; `overflow`, if it is nested too deep.
 */
export function readLiveFrame(data: unknown): LiveMessage {
  const text = textOfFrame(data);
  const json = text === undefined ? undefined : parseUntrustedJson(text, 'A message of the Live API');
  if (json !== undefined) return readLiveMessage(json);
  const form = text === undefined ? 'a frame of another type' : `a frame of ${text.length} characters`;
  throw new GeminiError(`Expected ${expected}, got ${form} that is not JSON`, { kind: 'protocol' });
}

function textOfFrame(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return new TextDecoder().decode(data);
  return undefined;
}

/**
 * Copies a message as plain data, with the names of the Gemini API in place of Vertex AI's.
 *
 * @throws GeminiError - `protocol`, if a field does not have its shape; the error that the server reports in a message.
 */
export function readLiveMessage(json: unknown): LiveMessage {
  if (!isObject(json)) throw notAResponse(json, expected);
  if (isObject(json['error'])) throw errorFromBody(json['error'], { otherKind: 'server' });
  const message = Object.fromEntries(Object.entries(json).filter(([, value]) => value != null));
  for (const [name, lists] of objectFields) {
    const field = message[name];
    if (field === undefined) continue;
    if (!isObject(field)) throw wrongField(name, 'an object');
    for (const list of lists)
      if (field[list] != null && !Array.isArray(field[list])) throw wrongField(`${name}.${list}`, 'a list');
  }
  const { usageMetadata, voiceActivity, serverContent } = message as Readonly<Record<string, Fields | undefined>>;
  const parts = partsOf(serverContent);
  if (parts !== undefined && !(Array.isArray(parts) && parts.every(isObject))) {
    throw wrongField('serverContent.modelTurn.parts', 'a list of parts');
  }
  if (usageMetadata?.['candidatesTokenCount'] !== undefined)
    message['usageMetadata'] = renamed(usageMetadata, usageNames);
  if (voiceActivity?.['type'] !== undefined) message['voiceActivity'] = renamed(voiceActivity, activityNames);
  return message;
}

/** The fields that are objects, each with those of its fields that are lists. */
const objectFields: readonly (readonly [name: string, lists: readonly string[]])[] = [
  ['setupComplete', []],
  ['serverContent', []],
  ['toolCall', ['functionCalls']],
  ['toolCallCancellation', ['ids']],
  ['usageMetadata', []],
  ['goAway', []],
  ['sessionResumptionUpdate', []],
  ['voiceActivity', []],
];

function partsOf(serverContent: Fields | undefined): unknown {
  const modelTurn = serverContent?.['modelTurn'] ?? undefined;
  if (modelTurn === undefined) return undefined;
  return isObject(modelTurn) ? (modelTurn['parts'] ?? undefined) : modelTurn;
}

const usageNames: Readonly<Record<string, string>> = {
  candidatesTokenCount: 'responseTokenCount',
  candidatesTokensDetails: 'responseTokensDetails',
};
const activityNames: Readonly<Record<string, string>> = { type: 'voiceActivityType' };

function renamed(fields: Fields, names: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]));
}

function wrongField(name: string, form: string): GeminiError {
  return new GeminiError(`Expected ${expected} whose \`${name}\` is ${form}`, { kind: 'protocol' });
}
