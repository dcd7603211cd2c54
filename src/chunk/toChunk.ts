import { assertResponse } from './assertResponse.js';
import { ChunkBuilder } from './chunkBuilder.js';
import { setField, withField } from './copyFields.js';
import { isObject, type Fields } from '../rx/isObject.js';
import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiResponse, GeminiPart } from './response.js';
import { answerTextOf } from './partList.js';
import { normalizeReason } from './normalizeReason.js';

/**
 * Turns a response of Gemini (the SDK's object, or the JSON of the server) into a chunk in normal form.
 *
 * A candidate without an `index` gets its position; neighbouring parts that may join are joined; `citationSources`
 * becomes `citations`; `sdkHttpResponse` and reasons that are only placeholders (`FINISH_REASON_UNSPECIFIED`,
 * `BLOCK_REASON_UNSPECIFIED`, `BLOCKED_REASON_UNSPECIFIED`) are dropped; the other fields stay. Idempotent. The
 * response is not changed, and the SDK's getters, which print warnings, are not read.
 *
 * @param response - A `GenerateContentResponse`, the JSON of a response, or a chunk.
 * @returns A chunk.
 * @throws TypeError - If `response` is not an object.
 * @example
 * ```ts
 * const chunk = toChunk(await ai.models.generateContent({ model, contents: 'Hello' }));
 * ```
 * @public
 */
export function toChunk(response: GeminiResponse): GeminiChunk {
  assertResponse(response);
  // A copy has the response's own fields only; the SDK's class has a getter `text` that prints.
  const own = isPlain(response) ? (response as Loose) : { ...response };
  const fields = normalFields(own, ofResponse, {});
  fields['text'] ??= '';
  const chunk = fields as unknown as GeminiChunk;
  const part = onlyPart(chunk);
  // Stryker disable next-line ConditionalExpression: a short cut; a merge has the same result
  if (!part) return new ChunkBuilder().append(chunk).snapshot();
  fields['text'] = answerTextOf(part);
  return chunk;
}

// Stryker disable BlockStatement,ConditionalExpression,OptionalChaining: a short cut; a merge has the same result
/** The part of a chunk with a single part, which has no neighbour to join: most chunks of a stream. */
function onlyPart({ candidates }: GeminiChunk): GeminiPart | undefined {
  const candidate = candidates?.length === 1 ? candidates[0] : undefined;
  if (candidate?.index !== 0 || candidate.citationMetadata || candidate.logprobsResult) return undefined;
  const parts = candidate.content?.parts;
  return parts?.length === 1 && !parts[0]?.functionCall ? parts[0] : undefined;
}
// Stryker restore BlockStatement,ConditionalExpression,OptionalChaining

/** Returns the normal form of a field; undefined omits the field. */
type Normalise = (value: unknown) => unknown;

/**
 * Normalises the listed fields, and omits fields without a value, `undefined` or `null`. Returns the object itself if
 * nothing changes, as in most chunks of a stream, or else a copy.
 *
 * @param copy - The start of the copy, to copy an object in any case.
 */
function normalFields(source: Loose, fields: ReadonlyMap<string, Normalise>, copy?: Fields): Fields {
  let target = copy ?? (isPlain(source) ? undefined : {});
  for (const field in source) {
    const value = source[field] ?? undefined;
    const normalise = fields.get(field);
    const normalised = normalise ? normalise(value) : value;
    if (!target) {
      if (normalised !== undefined && normalised === value) continue;
      target = fieldsBefore(field, source);
    }
    if (normalised !== undefined) setField(target, field, normalised);
  }
  return target ?? source;
}

function fieldsBefore(end: string, source: Loose): Fields {
  const target: Fields = {};
  for (const field in source) {
    if (field === end) break;
    setField(target, field, source[field]);
  }
  return target;
}

/** Normalises the objects of a list, and omits other items. Returns the list itself if nothing changes. */
function normalItems(
  list: readonly unknown[],
  normalise: (item: Loose, position: number) => Fields,
): readonly unknown[] {
  let items: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const item = list[at];
    const normalised = isObject(item) ? normalise(item, items ? items.length : at) : undefined;
    if (!items) {
      if (normalised && normalised === item) continue;
      items = list.slice(0, at);
    }
    if (normalised) items.push(normalised);
  }
  return items ?? list;
}

/** Whether an object is neither an instance of a class nor of another realm. */
function isPlain(source: object): boolean {
  return Object.getPrototypeOf(source) === Object.prototype;
}

const omitField: Normalise = () => undefined;
const textOnly: Normalise = (value) => (typeof value === 'string' ? value : undefined);
const objectsOnly: Normalise = (value) => (Array.isArray(value) ? value.filter(isObject) : undefined);
const objectOnly: Normalise = (value) => (isObject(value) ? value : undefined);

/* @__NO_SIDE_EFFECTS__ */
function normalObject(fields: ReadonlyMap<string, Normalise>): Normalise {
  return (value) => (isObject(value) ? normalFields(value, fields) : undefined);
}

/* @__NO_SIDE_EFFECTS__ */
function normalList(fields: ReadonlyMap<string, Normalise>): Normalise {
  return (value) => (Array.isArray(value) ? normalItems(value, (item) => normalFields(item, fields)) : undefined);
}

const noRules = new Map<string, Normalise>();
const ofCall = new Map<string, Normalise>([
  ['args', objectOnly],
  ['partialArgs', normalList(noRules)],
]);
const ofPart = new Map<string, Normalise>([
  ['text', textOnly],
  ['thought', (value) => (value === true ? true : undefined)],
  ['functionCall', normalObject(ofCall)],
]);
const ofCitations = new Map<string, Normalise>([['citations', objectsOnly]]);
const ofCandidate = new Map<string, Normalise>([
  ['index', (value) => (typeof value === 'number' ? value : undefined)],
  ['content', normalObject(new Map([['parts', normalList(ofPart)]]))],
  ['finishReason', normalizeReason],
  ['citationMetadata', (value) => (isObject(value) ? normalCitations(value) : undefined)],
]);
const ofResponse = new Map<string, Normalise>([
  ['text', textOnly],
  ['candidates', (value) => (Array.isArray(value) ? normalItems(value, normalCandidate) : undefined)],
  ['usageMetadata', normalObject(noRules)],
  ['promptFeedback', normalObject(new Map([['blockReason', normalizeReason]]))],
  ['sdkHttpResponse', omitField],
]);

function normalCandidate(value: Loose, position: number): Fields {
  const normalised = normalFields(value, ofCandidate);
  return normalised['index'] === undefined ? withField(normalised, 'index', position) : normalised;
}

/** The Gemini Developer API has `citationSources` instead of the `citations` of Vertex AI. */
function normalCitations({ citationSources, ...metadata }: Loose): Fields {
  return { citations: [], ...normalFields({ citations: citationSources, ...metadata }, ofCitations) };
}

type Loose = Readonly<Record<string, unknown>>;
