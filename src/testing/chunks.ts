import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiResponse, GeminiPart, GeminiUsage } from '../chunk/response.js';
import { toChunk } from '../chunk/toChunk.js';
import { assertOptions, assertString, typeError } from '../rx/assertions.js';

/**
 * Makes a chunk of answer text.
 *
 * @param text - The text.
 * @param fields - Further fields of the response: `usageMetadata`, `modelVersion`, …
 * @returns A chunk in normal form.
 * @example
 * ```ts
 * const reply$ = of(chunk('Hello, '), chunk('world'), finishChunk());
 * ```
 * @public
 */
export function chunk(text: string, fields: GeminiResponse = {}): GeminiChunk {
  assertString('text', text);
  return partsChunk([{ text }], fields);
}

/**
 * Makes a chunk of a thought's summary.
 *
 * @param text - The summary.
 * @returns A chunk in normal form.
 * @public
 */
export function thoughtChunk(text: string): GeminiChunk {
  assertString('text', text);
  return partsChunk([{ text, thought: true }]);
}

/**
 * Makes a chunk with one whole function call.
 *
 * @param name - The function's name.
 * @param args - The call's arguments.
 * @param id - The call's id.
 * @returns A chunk in normal form.
 * @public
 */
export function callChunk(name: string, args: Readonly<Record<string, unknown>> = {}, id?: string): GeminiChunk {
  assertString('name', name);
  assertOptions(args, 'args');
  if (id !== undefined) assertString('id', id);
  return partsChunk([{ functionCall: { ...(id !== undefined && { id }), name, args } }]);
}

/**
 * Makes a chunk with any parts, of candidate 0.
 *
 * @param parts - The parts, in order.
 * @param fields - Further fields of the response.
 * @returns A chunk in normal form.
 * @public
 */
export function partsChunk(parts: readonly GeminiPart[], fields: GeminiResponse = {}): GeminiChunk {
  if (!Array.isArray(parts)) throw typeError('parts', 'a list of parts', parts);
  assertOptions(fields, 'fields');
  return toChunk({ candidates: [{ index: 0, content: { role: 'model', parts } }], ...fields });
}

/**
 * Makes the chunk that ends a reply.
 *
 * @param finishReason - The reason for which the model stopped. Default: `STOP`.
 * @param usageMetadata - The final token counts.
 * @returns A chunk without content.
 * @public
 */
export function finishChunk(finishReason = 'STOP', usageMetadata?: GeminiUsage): GeminiChunk {
  assertString('finishReason', finishReason);
  if (usageMetadata !== undefined) assertOptions(usageMetadata, 'usageMetadata');
  return toChunk({ candidates: [{ index: 0, finishReason }], ...(usageMetadata && { usageMetadata }) });
}

/**
 * Makes a chunk with token counts and no other field.
 *
 * @param usageMetadata - The counts.
 * @returns A chunk without content.
 * @public
 */
export function usageChunk(usageMetadata: GeminiUsage): GeminiChunk {
  assertOptions(usageMetadata, 'usageMetadata');
  return toChunk({ usageMetadata });
}

/**
 * Makes the chunk with which Gemini blocks a prompt: no candidate, no error.
 *
 * @param blockReason - The reason for which the prompt is blocked. Default: `SAFETY`.
 * @returns A chunk without content.
 * @public
 */
export function blockedChunk(blockReason = 'SAFETY'): GeminiChunk {
  assertString('blockReason', blockReason);
  return toChunk({ promptFeedback: { blockReason } });
}
