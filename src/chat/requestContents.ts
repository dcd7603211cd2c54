import type { GeminiContent, GeminiContentPart } from '../chunk/contentsOf.js';
import { isEmptyText } from '../chunk/contentsOf.js';
import { normalizeHistory } from '../chunk/normalizeHistory.js';
import { toSendablePart } from '../chunk/toSendablePart.js';
import { GeminiError } from '../errors/geminiError.js';
import { isObject } from '../rx/isObject.js';
import {
  aFlag,
  anyFields,
  anyJson,
  aSignature,
  aText,
  base64,
  isAbsent,
  knownFields,
  listOfValues,
  fieldOfRequest,
  wrongValue,
  type RequestContext,
  type ValueReader,
} from './requestValues.js';

type Role = GeminiContent['role'];

const aFile: ValueReader = (value, place, context) => {
  const file = knownFields({ fileUri: aText, mimeType: aText }, ['fileUri'])(value, place, context);
  const isAllowed: unknown = context.allowFile(file['fileUri'] as string);
  if (isAllowed === true) return file;
  const message = `Expected no file that \`allowFiles\` does not allow, got one at \`${place}\` of the request`;
  throw new GeminiError(message, { kind: 'invalid_request' });
};

/** The name of a function: a call without a name would be a piece of the call before. */
const aName: ValueReader = (value, place, context) => {
  const name = aText(value, place, context);
  if (name === '') throw wrongValue(place, 'a name', name);
  return name;
};

const inlineData = knownFields({ data: base64, mimeType: aText }, ['data', 'mimeType']);

/** The kinds of parts that each role may have. A part is of one kind. */
const kindsByRole: Readonly<Record<Role, Readonly<Record<string, ValueReader>>>> = {
  user: {
    text: aText,
    inlineData,
    fileData: aFile,
    functionResponse: knownFields({
      id: aText,
      name: aText,
      response: anyFields,
      parts: listOfValues(knownFields({ inlineData, fileData: aFile })),
    }),
  },
  model: {
    text: aText,
    inlineData,
    fileData: aFile,
    functionCall: knownFields({ id: aText, name: aName, args: anyFields }, ['name']),
    executableCode: knownFields({ id: aText, code: aText, language: aText }),
    codeExecutionResult: knownFields({ id: aText, outcome: aText, output: aText }),
    toolCall: knownFields({ id: aText, toolType: aText, args: anyFields }),
    toolResponse: knownFields({ id: aText, toolType: aText, response: anyFields }),
  },
};

/** All kinds, for a sentence about a kind in the wrong role. */
const allKinds = /* @__PURE__ */ (() => Object.keys({ ...kindsByRole.user, ...kindsByRole.model }))();

/** The fields that a part may have beside its kind. */
const describingFields = knownFields({
  thought: aFlag,
  thoughtSignature: aSignature,
  videoMetadata: anyJson,
  mediaResolution: anyJson,
  partMetadata: anyJson,
});

/**
 * Reads the contents of a request, and puts them in the order that the API demands.
 *
 * @throws GeminiError - `invalid_request` if they are wrong, `overflow` above a limit.
 */
export function readContents(value: unknown, context: RequestContext): GeminiContent[] {
  if (!Array.isArray(value)) throw wrongValue('contents', 'a list of contents', value);
  context.limits.addContents(value.length);
  const contents = value.map((content: unknown, index) => readContent(content, `contents[${index}]`, context));
  for (const [index, place] of [
    [0, 'first'],
    [-1, 'last'],
  ] as const) {
    if (contents.at(index)?.role !== 'user') throw nothingToAnswer(`the ${place} content is not the user's`);
  }
  const ordered = normalizeHistory(contents);
  if (ordered.at(-1)?.role === 'user') return ordered;
  throw nothingToAnswer('the last content has no words, and no response to a call of the model');
}

function nothingToAnswer(reason: string): GeminiError {
  return new GeminiError(`The request has nothing to answer: ${reason}`, { kind: 'invalid_request' });
}

function readContent(value: unknown, place: string, context: RequestContext): GeminiContent {
  if (!isObject(value)) throw wrongValue(place, 'a content', value);
  const role = fieldOfRequest(value, 'role');
  const parts = fieldOfRequest(value, 'parts');
  if (role !== 'user' && role !== 'model') throw wrongValue(`${place}.role`, "'user' or 'model'", role);
  if (!Array.isArray(parts)) throw wrongValue(`${place}.parts`, 'a list of parts', parts);
  context.limits.addParts(parts.length);
  const read: GeminiContentPart[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = readPart(parts[index], role, `${place}.parts[${index}]`, context);
    if (!isEmptyText(part)) read.push(toSendablePart(part) as GeminiContentPart);
  }
  return { role, parts: read };
}

/** Reads a part; without a known kind and a signature, the part is empty. */
function readPart(value: unknown, role: Role, place: string, context: RequestContext): GeminiContentPart {
  if (!isObject(value)) throw wrongValue(place, 'a part', value);
  // An empty text beside another kind is left over from a stream.
  const isPresent = (kind: string) => {
    const field = fieldOfRequest(value, kind);
    return !isAbsent(field) && !(kind === 'text' && field === '');
  };
  const [kind = 'text', second] = allKinds.filter(isPresent);
  if (second !== undefined) throw wrongValue(place, `of one kind, not \`${kind}\` and \`${second}\``, value);
  const read = kindsByRole[role][kind];
  if (!read) throw wrongValue(`${place}.${kind}`, `absent, because the role is '${role}'`, value[kind]);
  const content = isPresent(kind) ? { [kind]: read(value[kind], `${place}.${kind}`, context) } : {};
  const description = describingFields(value, place, context);
  if (!isPresent(kind) && description['thoughtSignature'] === undefined) return {};
  return { ...content, ...description };
}
