import type { EndedToolRun } from '../chunk/annotations.js';
import { isObject, type Fields } from '../rx/isObject.js';
import type { ToolMedia } from '../chunk/response.js';
import { jsonCopy } from './jsonCopy.js';

/** The response made from a tool's result. */
type ToolResponse = Pick<EndedToolRun, 'response' | 'parts'>;

/** The fields of the SDK's `FunctionResponse`. */
const functionResponseFields: ReadonlySet<string> = new Set([
  'id',
  'name',
  'response',
  'parts',
  'scheduling',
  'willContinue',
]);

/**
 * Converts a result into the form that the API accepts: an object, with pictures and files beside it.
 *
 * @throws TypeError - If the result has no JSON.
 */
export function responseOf(result: unknown): ToolResponse {
  const json = jsonCopy("The function's result", result ?? null);
  if (!isRecord(result) || !isObject(json)) return { response: { output: json } };
  if (isFunctionResponse(json['functionResponse']) && Object.keys(json).length === 1) {
    return fromFunctionResponse(json['functionResponse']);
  }
  const { parts, ...response } = json;
  if (!isMediaList(parts)) return { response: json };
  return isFunctionResponse(json) ? fromFunctionResponse(json) : { response, parts };
}

/** Whether a value is a plain object: not a list, a date or a map. */
function isRecord(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function isFunctionResponse(json: unknown): json is Fields {
  return (
    isObject(json) &&
    isObject(json['response'] ?? {}) &&
    Object.keys(json).every((field) => functionResponseFields.has(field))
  );
}

/** Converts a response in the SDK's form. Its parts do not change, even parts of an unknown kind. */
function fromFunctionResponse({ response, parts }: Fields): ToolResponse {
  const media = Array.isArray(parts) ? parts.filter(isObject) : [];
  return { response: isObject(response) ? response : {}, ...(media.length > 0 && { parts: media }) };
}

function isMediaList(value: unknown): value is readonly ToolMedia[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMedia);
}

/** Whether a value is a picture or a file, and nothing else. */
export function isMedia(value: unknown): value is ToolMedia {
  if (!isObject(value) || 'text' in value) return false;
  const { inlineData, fileData } = value;
  if (isObject(inlineData)) return typeof inlineData['data'] === 'string' && typeof inlineData['mimeType'] === 'string';
  return isObject(fileData) && typeof fileData['fileUri'] === 'string';
}
