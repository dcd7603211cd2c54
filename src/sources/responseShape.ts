import { annotationNames } from '../chunk/replyAnnotations.js';
import { isObject, type Fields } from '../rx/isObject.js';

/** Whether JSON is a response of Gemini, or of a sink: an object with a field of a response, or without any value. */
export function isResponse(json: unknown): json is Fields {
  if (!isObject(json)) return false;
  // Most chunks of a stream.
  if (Array.isArray(json['candidates'])) return json['candidates'].every(isObject);
  // Own fields only: the getters of the SDK's class print.
  const present = Object.entries(json).filter(([, value]) => value !== null && value !== undefined);
  const known = present.filter(([field]) => checkOf(field));
  if (!known.every(([field, value]) => checkOf(field)?.(value))) return false;
  if (known.length === 0) return present.length === 0;
  return known.some(([field]) => !shared.has(field)) || !present.some(([field]) => foreign.has(field));
}

type Check = (value: unknown) => boolean;

/** The check of a field of a response, or of a chunk with annotations; undefined for other fields. */
function checkOf(field: string): Check | undefined {
  return fields.get(field) ?? (annotationNames.has(field) ? isObject : undefined);
}

const anything = () => true;
const isText = (value: unknown) => typeof value === 'string';

/** The fields of a response, in both spellings of the wire, and the annotation that is not an object. */
const fields: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['text', isText],
  ['candidates', Array.isArray],
  ['usageMetadata', isObject],
  ['usage_metadata', isObject],
  ['promptFeedback', isObject],
  ['prompt_feedback', isObject],
  ['modelVersion', isText],
  ['model_version', isText],
  ['responseId', isText],
  ['response_id', isText],
  ['createTime', anything],
  ['create_time', anything],
  ['modelStatus', anything],
  ['automaticFunctionCallingHistory', anything],
  ['sdkHttpResponse', anything],
  ['position', isText],
]);

/** Fields that an envelope, or another vendor's chunk, may have as well. */
const shared: ReadonlySet<string> = new Set([
  'modelVersion',
  'model_version',
  'responseId',
  'response_id',
  'createTime',
  'create_time',
  'sdkHttpResponse',
  'position',
]);

/** Fields in which envelopes and other vendors have the answer. */
const foreign: ReadonlySet<string> = new Set([
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
]);
