import type { GeminiCitation, GeminiPart, GeminiUsage } from '../chunk/response.js';
import {
  aBoolean,
  aNumber,
  anObject,
  aString,
  listOf,
  objectOf,
  optional,
  type FieldValidators,
  type Validator,
} from './validators.js';

const data = optional(objectOf({ data: optional(aString), mimeType: optional(aString) }));
const file = optional(objectOf({ fileUri: optional(aString), mimeType: optional(aString) }));

/** The fields of a picture or a file that a tool returned. */
export const ofMedia: FieldValidators = { inlineData: data, fileData: file };

const ofPart: FieldValidators = {
  text: optional(aString),
  thought: optional(aBoolean),
  thoughtSignature: optional(aString),
  inlineData: data,
  fileData: file,
  functionCall: optional(
    objectOf({
      id: optional(aString),
      name: optional(aString),
      args: optional(anObject),
      partialArgs: optional(listOf(anObject)),
      willContinue: optional(aBoolean),
    }),
  ),
  functionResponse: optional(
    objectOf({
      id: optional(aString),
      name: optional(aString),
      response: optional(anObject),
      parts: optional(listOf(objectOf(ofMedia))),
    }),
  ),
  executableCode: optional(objectOf({ code: optional(aString), language: optional(aString) })),
  codeExecutionResult: optional(objectOf({ outcome: optional(aString), output: optional(aString) })),
};

const ofCitation: FieldValidators = {
  startIndex: optional(aNumber),
  endIndex: optional(aNumber),
  uri: optional(aString),
  title: optional(aString),
  license: optional(aString),
};

const ofUsage: FieldValidators = {
  promptTokenCount: optional(aNumber),
  candidatesTokenCount: optional(aNumber),
  thoughtsTokenCount: optional(aNumber),
  cachedContentTokenCount: optional(aNumber),
  toolUsePromptTokenCount: optional(aNumber),
  totalTokenCount: optional(aNumber),
};
/** Counts by modality are lists, and are added up. */
const aUsageList: Validator = (value) => (Array.isArray(value) ? listOf(anObject)(value) : undefined);

/** A part of a content. Fields that this version does not know are taken as they are. */
export const aPart = objectOf(ofPart);
export const aCitation = objectOf(ofCitation);
export const aUsage = objectOf(ofUsage, aUsageList);

/** A part of a reply without the fields that are not of this protocol, which no request may send back. */
export function sanitizePart(part: GeminiPart): GeminiPart {
  return aPart(part) ? sanitize(part, ofPart) : part;
}

export function sanitizeCitation(citation: GeminiCitation): GeminiCitation {
  return aCitation(citation) ? sanitize(citation, ofCitation) : citation;
}

export function sanitizeUsage(usage: GeminiUsage): GeminiUsage {
  return aUsage(usage) ? sanitize(usage, ofUsage, aUsageList) : usage;
}

function sanitize<T extends object>(value: T, fields: FieldValidators, rest?: Validator): T {
  const right = Object.entries(value).filter(([field, held]) => {
    const of = Object.hasOwn(fields, field) ? fields[field] : rest;
    return !of?.(held);
  });
  return Object.fromEntries(right) as T;
}
