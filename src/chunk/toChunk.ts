import { ChunkBuilder } from './chunkBuilder.js';
import type { GeminiChunk, GeminiResponse } from './geminiChunk.js';
import type { Candidate, CitationMetadata, FunctionCallPiece, Part } from './wire.js';

/**
 * Turns a response of Gemini, the SDK's object or the wire's JSON, into a chunk in normal form.
 *
 * A candidate's `index` is the wire's or its position; neighbouring parts that may join are joined; `citationSources`
 * becomes `citations`; `FINISH_REASON_UNSPECIFIED` and `sdkHttpResponse` are dropped; every other field is kept.
 * Idempotent. The SDK's getters are not read, so nothing is printed. The response is not changed.
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
  if (!isObject(response)) {
    throw new TypeError(`Expected \`response\` to be a response object of Gemini, got ${describe(response)}`);
  }
  // A copy has the response's own fields only; the SDK's class has a getter `text` that prints.
  const { text, candidates, usageMetadata, sdkHttpResponse: _, ...fields } = present({ ...response });
  return new ChunkBuilder()
    .append({
      ...fields,
      text: typeof text === 'string' ? text : '',
      ...(Array.isArray(candidates) && { candidates: candidates.filter(isObject).map(normalCandidate) }),
      ...(isObject(usageMetadata) && { usageMetadata: present(usageMetadata) }),
    })
    .snapshot();
}

function normalCandidate(candidate: Loose, position: number): Candidate {
  const { index, content, finishReason, citationMetadata, ...fields } = present(candidate);
  return {
    index: typeof index === 'number' ? index : position,
    ...fields,
    ...(isObject(content) && { content: normalContent(content) }),
    ...(typeof finishReason === 'string' && finishReason !== 'FINISH_REASON_UNSPECIFIED' && { finishReason }),
    ...(isObject(citationMetadata) && { citationMetadata: normalCitations(citationMetadata) }),
  };
}

function normalContent(content: Loose): NonNullable<Candidate['content']> {
  const { parts, ...fields } = present(content);
  return { ...fields, ...(Array.isArray(parts) && { parts: parts.filter(isObject).map(normalPart) }) };
}

function normalPart(part: Loose): Part {
  const { text, thought, functionCall, ...fields } = present(part);
  return {
    ...(typeof text === 'string' && { text }),
    ...(thought === true && { thought }),
    ...(isObject(functionCall) && { functionCall: normalCall(functionCall) }),
    ...fields,
  };
}

function normalCall(call: Loose): FunctionCallPiece {
  const { args, partialArgs, ...fields } = present(call);
  return {
    ...fields,
    ...(isObject(args) && { args }),
    ...(Array.isArray(partialArgs) && { partialArgs: partialArgs.filter(isObject).map(present) }),
  };
}

/** The Gemini Developer API says `citationSources` where Vertex AI says `citations`. */
function normalCitations(metadata: Loose): CitationMetadata {
  const { citationSources, citations = citationSources, ...fields } = present(metadata);
  return { ...fields, citations: Array.isArray(citations) ? citations.filter(isObject) : [] };
}

type Loose = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own fields that have a value: the SDK's objects may hold `undefined`, the wire `null`. */
function present(value: object): Record<string, unknown> {
  let isWhole = true;
  for (const field in value) {
    const held = (value as Loose)[field];
    if (held === undefined || held === null) isWhole = false;
  }
  if (isWhole) return value as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined && held !== null));
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value;
}
