import { assertResponse } from './assertResponse.js';
import { ChunkBuilder } from './chunkBuilder.js';
import { setField } from './copyFields.js';
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
 * @param response - A `GenerateContentResponse`, the JSON of one, or a chunk.
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
  const fields = normal({ ...response }, ofResponse);
  fields['text'] ??= '';
  const chunk = fields as unknown as GeminiChunk;
  const part = onlyPart(chunk);
  if (!part) return new ChunkBuilder().append(chunk).snapshot();
  fields['text'] = answerTextOf(part);
  return chunk;
}

/** The part of a chunk with a single part, in which nothing may join: most chunks of a stream. */
function onlyPart({ candidates }: GeminiChunk): GeminiPart | undefined {
  const candidate = candidates?.length === 1 ? candidates[0] : undefined;
  if (candidate?.index !== 0 || candidate.citationMetadata || candidate.logprobsResult) return undefined;
  const parts = candidate.content?.parts;
  return parts?.length === 1 && !parts[0]?.functionCall ? parts[0] : undefined;
}

/** Returns the normal form of a field; undefined omits the field. */
type Normalise = (value: unknown) => unknown;

/** A copy in which the listed fields are normalised. Fields without a value, `undefined` or `null`, are omitted. */
function normal(source: Loose, fields: ReadonlyMap<string, Normalise>): Fields {
  const target: Fields = {};
  for (const field in source) {
    const value = source[field] ?? undefined;
    const normalise = fields.get(field);
    const normalised = normalise && value !== undefined ? normalise(value) : value;
    if (normalised !== undefined) setField(target, field, normalised);
  }
  return target;
}

const leaveOut: Normalise = () => undefined;
const text: Normalise = (value) => (typeof value === 'string' ? value : undefined);
const objects: Normalise = (value) => (Array.isArray(value) ? value.filter(isObject) : undefined);
const record: Normalise = (value) => (isObject(value) ? value : undefined);

function object(fields: ReadonlyMap<string, Normalise>): Normalise {
  return (value) => (isObject(value) ? normal(value, fields) : undefined);
}

function list(fields: ReadonlyMap<string, Normalise>): Normalise {
  return (value) => (Array.isArray(value) ? value.filter(isObject).map((item) => normal(item, fields)) : undefined);
}

const nothing = new Map<string, Normalise>();
const ofCall = new Map<string, Normalise>([
  ['args', record],
  ['partialArgs', list(nothing)],
]);
const ofPart = new Map<string, Normalise>([
  ['text', text],
  ['thought', (value) => (value === true ? true : undefined)],
  ['functionCall', object(ofCall)],
]);
const ofCitations = new Map<string, Normalise>([['citations', objects]]);
const ofCandidate = new Map<string, Normalise>([
  ['index', (value) => (typeof value === 'number' ? value : undefined)],
  ['content', object(new Map([['parts', list(ofPart)]]))],
  ['finishReason', normalizeReason],
  ['citationMetadata', (value) => (isObject(value) ? citations(value) : undefined)],
]);
const ofResponse = new Map<string, Normalise>([
  ['text', text],
  ['candidates', (value) => (Array.isArray(value) ? value.filter(isObject).map(candidate) : undefined)],
  ['usageMetadata', object(nothing)],
  ['promptFeedback', object(new Map([['blockReason', normalizeReason]]))],
  ['sdkHttpResponse', leaveOut],
]);

function candidate(value: Loose, position: number): Fields {
  const normalised = normal(value, ofCandidate);
  normalised['index'] ??= position;
  return normalised;
}

/** The Gemini Developer API has `citationSources` instead of the `citations` of Vertex AI. */
function citations({ citationSources, ...metadata }: Loose): Fields {
  return { citations: [], ...normal({ citations: citationSources, ...metadata }, ofCitations) };
}

type Loose = Readonly<Record<string, unknown>>;
