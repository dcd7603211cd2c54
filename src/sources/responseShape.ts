import { annotationNames } from '../chunk/replyAnnotations.js';
import { isObject, type Fields } from '../rx/isObject.js';
import { GeminiError } from '../errors/geminiError.js';
import { redact } from '../errors/redact.js';

/** Whether JSON is a response of Gemini, or of a sink: it has a field of one. JSON without any value is one, too. */
export function isResponse(json: unknown): json is Fields {
  if (!isObject(json)) return false;
  // Most chunks of a stream.
  if (Array.isArray(json['candidates'])) return json['candidates'].every(isObject);
  // Own fields only: the getters of the SDK's class print.
  const own: Fields = { ...json };
  const known = Object.entries(fields).filter(([field]) => hasValue(own[field]));
  if (!known.every(([field, isRight]) => isRight(own[field]))) return false;
  if (known.length === 0) return !Object.values(own).some(hasValue);
  return known.some(([field]) => !shared.has(field)) || !foreign.some((field) => hasValue(own[field]));
}

/**
 * The error of JSON that is not a response. It names the shape, by which a developer knows the format, and never a
 * value, which may be a user's.
 */
export function notAResponse(json: unknown, expected = "an event of Gemini's stream"): GeminiError {
  return new GeminiError(`Expected ${expected}, got ${shapeOf(json)}`, { kind: 'protocol' });
}

const anything = () => true;
const isText = (value: unknown) => typeof value === 'string';

/** The fields of a response, in both spellings of the wire, and of a chunk with annotations. */
const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: isText,
  candidates: Array.isArray,
  usageMetadata: isObject,
  usage_metadata: isObject,
  promptFeedback: isObject,
  prompt_feedback: isObject,
  modelVersion: isText,
  model_version: isText,
  responseId: isText,
  response_id: isText,
  createTime: anything,
  create_time: anything,
  modelStatus: anything,
  automaticFunctionCallingHistory: anything,
  sdkHttpResponse: anything,
  ...Object.fromEntries([...annotationNames].map((name) => [name, isObject])),
};

/** Fields that an envelope, or another vendor's chunk, may have as well. */
const shared: ReadonlySet<string> = new Set([
  'modelVersion',
  'model_version',
  'responseId',
  'response_id',
  'createTime',
  'create_time',
  'sdkHttpResponse',
]);

/** Fields in which envelopes and other vendors have the answer. */
const foreign = [
  'choices',
  'delta',
  'response',
  'result',
  'data',
  'message',
  'content',
  'output',
  'output_text',
  'generated_text',
  'generations',
  'completion',
  'event',
  'body',
];

/** The most fields, items and units of a name that a sentence shows. */
const maxNames = 8;
const maxName = 32;

function shapeOf(json: unknown): string {
  if (Array.isArray(json)) return json.length === 0 ? 'an empty array' : `an array of ${countOf(json.length, 'item')}`;
  if (typeof json === 'object' && json !== null) return `an object ${namesOf(Object.keys(json))}`;
  if (json === null || json === undefined) return String(json);
  return `${/^[aeiou]/.test(typeof json) ? 'an' : 'a'} ${typeof json}`;
}

function namesOf(names: readonly string[]): string {
  if (names.length === 0) return 'without fields';
  const shown = names.slice(0, maxNames).map((name) => (isName(name) ? `'${name}'` : '…'));
  const rest = names.length - shown.length;
  return `with the ${names.length === 1 ? 'field' : 'fields'} ${shown.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
}

/** Whether a field's name is one of a format: one with blanks, or a long one, may be a user's text or a key. */
function isName(name: string): boolean {
  return name.length <= maxName && /^[@$]?[A-Za-z_][\w.-]*$/.test(name) && redact(name) === name;
}

function countOf(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function hasValue(value: unknown): boolean {
  return value !== null && value !== undefined;
}
