import type { ReplyCost } from '../chunk/annotations.js';
import type { GeminiCitation, GeminiPart, GeminiUsage } from '../chunk/response.js';
import { isObject } from '../rx/isObject.js';
import type { MessageInteraction } from './chatMessage.js';
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
export const mediaFields: FieldValidators = { inlineData: data, fileData: file };

const partFields: FieldValidators = {
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
      parts: optional(listOf(objectOf(mediaFields))),
    }),
  ),
  executableCode: optional(objectOf({ code: optional(aString), language: optional(aString) })),
  codeExecutionResult: optional(objectOf({ outcome: optional(aString), output: optional(aString) })),
};

const citationFields: FieldValidators = {
  startIndex: optional(aNumber),
  endIndex: optional(aNumber),
  uri: optional(aString),
  title: optional(aString),
  license: optional(aString),
};

const usageFields: FieldValidators = {
  promptTokenCount: optional(aNumber),
  candidatesTokenCount: optional(aNumber),
  thoughtsTokenCount: optional(aNumber),
  cachedContentTokenCount: optional(aNumber),
  toolUsePromptTokenCount: optional(aNumber),
  totalTokenCount: optional(aNumber),
};

const interactionFields: FieldValidators = {
  id: aString,
  status: aString,
  cursor: optional(aString),
  background: optional(aBoolean),
  step: optional(objectOf({ index: aNumber, type: aString })),
  environmentId: optional(aString),
};

const costFields: FieldValidators = {
  input: aNumber,
  cached: aNumber,
  output: aNumber,
  thoughts: aNumber,
  total: aNumber,
  estimated: aBoolean,
};

/** Token counts. Counts by modality are lists, and are added up. */
const aUsageList: Validator = (value) => (Array.isArray(value) ? listOf(anObject)(value) : undefined);

/** A part of a content. Unknown fields are valid. */
export const aPart = objectOf(partFields);
export const aCitation = objectOf(citationFields);
export const anInteraction = objectOf(interactionFields);
export const aCost = objectOf(costFields);
export const aUsage = objectOf(usageFields, aUsageList);

/** Removes the fields of a reply's part that are not of this protocol, which no request may send back. */
export function sanitizePart(part: GeminiPart): GeminiPart {
  return aPart(part) ? sanitize(part, partFields) : part;
}

export function sanitizeCitation(citation: GeminiCitation): GeminiCitation {
  return aCitation(citation) ? sanitize(citation, citationFields) : citation;
}

export function sanitizeUsage(usage: GeminiUsage): GeminiUsage {
  return aUsage(usage) ? sanitize(usage, usageFields, aUsageList) : usage;
}

function sanitize<T extends object>(value: T, fields: FieldValidators, rest?: Validator): T {
  const valid = Object.entries(value).filter(([name, field]) => {
    const validate = Object.hasOwn(fields, name) ? fields[name] : rest;
    return !validate?.(field);
  });
  return Object.fromEntries(valid) as T;
}

/** Removes unknown fields of a cost; returns undefined if the cost is not valid. */
export function sanitizeCost(cost: ReplyCost): ReplyCost | undefined {
  if (aCost(cost)) return undefined;
  const { input, cached, output, thoughts, total, estimated } = cost;
  return { input, cached, output, thoughts, total, estimated };
}

/** Removes invalid fields of an interaction; returns undefined if its id or its status is not valid. */
export function sanitizeInteraction(interaction: MessageInteraction): MessageInteraction | undefined {
  if (!anInteraction(interaction)) return interaction;
  if (!isObject(interaction)) return undefined;
  const valid = sanitize(interaction, interactionFields);
  return anInteraction(valid) ? undefined : valid;
}
