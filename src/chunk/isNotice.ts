import { assertResponse } from './assertResponse.js';
import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiResponse } from './response.js';
import { wasCutShort } from './wasCutShort.js';

/** The declared fields of a response; a chunk may also have the undeclared ones below. */
const declared: Readonly<Record<keyof GeminiResponse, true>> = {
  candidates: true,
  createTime: true,
  modelVersion: true,
  promptFeedback: true,
  responseId: true,
  usageMetadata: true,
};
const responseFields: readonly string[] = /* @__PURE__ */ [
  'automaticFunctionCallingHistory',
  'modelStatus',
  'sdkHttpResponse',
].concat(/* @__PURE__ */ Object.keys(declared));

/**
 * Whether a chunk is a notice: a chunk that an operator made to report something, with annotations only (`progress`,
 * `metrics`, `queued`, …).
 *
 * A chunk with a field of the server (content, token counts, a finish, a blocked prompt, an id) is not a notice. A
 * chunk marked `cancelled` or `stopped` ends a reply, so it is not a notice either. Operators do not count, time or
 * retry by a notice. For `first()`, `take(1)` and `toArray()` of rxjs a notice is a value like any other: filter
 * notices out above these operators.
 *
 * @param chunk - A chunk.
 * @returns Whether the chunk is a notice; {@link emptyChunk} is a notice as well.
 * @throws TypeError - If `chunk` is not an object.
 * @example
 * ```ts
 * const firstChunk = await firstValueFrom(
 *   reply$.pipe(
 *     withProgress(),
 *     filter((chunk) => !isNotice(chunk)),
 *   ),
 * );
 * console.log(firstChunk.text);
 * ```
 * @public
 */
export function isNotice(chunk: GeminiChunk): boolean {
  assertResponse(chunk, 'chunk');
  if (chunk.text !== '' || wasCutShort(chunk)) return false;
  return !responseFields.some((field) => (chunk as unknown as Readonly<Record<string, unknown>>)[field] !== undefined);
}
