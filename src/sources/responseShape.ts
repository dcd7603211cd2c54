import { annotationNames } from '../chunk/replyAnnotations.js';
import { isObject, type Fields } from '../rx/isObject.js';

/** Whether JSON is a response of Gemini, or of a sink: an object with a field of a response, or without any value. */
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

type Check = (value: unknown) => boolean;

const anything = () => true;
const isText = (value: unknown) => typeof value === 'string';

/** The fields of a response, in both spellings of the wire, and of a chunk with annotations. */
const fields: Readonly<Record<string, Check>> = /* @__PURE__ */ Object.assign(
  /* @__PURE__ */ checkedBy(isObject, annotationNames),
  {
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
    position: isText,
  },
);

/* @__NO_SIDE_EFFECTS__ */
function checkedBy(check: Check, names: ReadonlySet<string>): Record<string, Check> {
  return Object.fromEntries([...names].map((name) => [name, check]));
}

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

function hasValue(value: unknown): boolean {
  return value !== null && value !== undefined;
}
