import { contentsOf, toContents, type GeminiContent, type GeminiContentPart } from '../chunk/contentsOf.js';
import type { GeminiResponse } from '../chunk/response.js';
import { isObject } from '../rx/isObject.js';
import { builtInClassOf } from '../rx/builtInClassOf.js';
import { assertOptions, typeError } from '../rx/assertions.js';

/** Options of {@link continueFrom}. @public */
export interface ContinueFromOptions {
  /**
   * The instruction after the partial answer. @defaultValue an instruction to continue at the exact place where the
   * answer stopped, even inside a word, without repetition or comment
   */
  readonly instruction?: string | undefined;
}

const defaultInstruction =
  'Your answer was cut off. Go on from exactly where it stopped, in the middle of the word if it stopped there. ' +
  'Do not repeat any of it, and do not comment on the interruption.';

/**
 * Makes the request that continues a reply that broke off: the original contents, the partial answer, and an
 * instruction.
 *
 * `contents` becomes a list, as in the SDK: texts and parts together are one content of the user; contents are not
 * changed. The contents of the partial answer follow ({@link contentsOf}), then the instruction as a content of the
 * user, if the last content is the model's. If the partial answer has no part that may be sent back, the result is the
 * original request. All other parameters stay; no object is changed in place.
 *
 * The API requires the response to a finished function call before any other content: if the partial answer has such a
 * call, add its response.
 *
 * @param params - The parameters of the request that failed.
 * @param partial - The part of the reply that had arrived: {@link resumeOnDrop} passes it, and `GeminiError.partial`
 *   has it.
 * @param options - See {@link ContinueFromOptions}.
 * @returns The parameters of the next request.
 * @throws TypeError - If `params.contents` cannot be sent, or `instruction` is not a text.
 * @example
 * ```ts
 * const params = { model, contents: 'Count to three.' };
 * const next = continueFrom(params, chunk('One, tw'));
 * console.log(next.contents.length); // 3: the question, 'One, tw', and the instruction
 * ```
 * @public
 */
export function continueFrom<P extends { readonly contents: unknown }>(
  params: P,
  partial: GeminiResponse,
  options: ContinueFromOptions = {},
): Omit<P, 'contents'> & { contents: GeminiContent[] } {
  assertOptions(params, 'params');
  assertOptions(options);
  const { instruction = defaultInstruction } = options;
  if (typeof instruction !== 'string' || instruction === '') throw typeError('instruction', 'a text', instruction);
  const contents = [...contentList(params.contents), ...contentsOf(partial)];
  if (contentsOf(partial).at(-1)?.role === 'model') contents.push({ role: 'user', parts: [{ text: instruction }] });
  return { ...params, contents };
}

/** The contents of a request's `contents`, in every form that the SDK takes. */
function contentList(contents: unknown): GeminiContent[] {
  const items: readonly unknown[] = Array.isArray(contents) ? contents : [contents];
  if (items.every(isContent)) return [...items];
  return toContents(items.map(requestPart), 'user');
}

function isContent(item: unknown): item is GeminiContent {
  return isObject(item) && 'parts' in item;
}

function requestPart(item: unknown): GeminiContentPart {
  if (typeof item === 'string') return { text: item };
  if (typeof item === 'object' && item !== null && !isContent(item) && !builtInClassOf(item)) return item;
  throw typeError('contents', 'texts and parts, or contents', item);
}
