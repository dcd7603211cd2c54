import { contentsOf, toContents, type GeminiContent, type GeminiContentPart } from '../chunk/contentsOf.js';
import type { GeminiResponse } from '../chunk/response.js';
import { builtInClassOf } from '../rx/builtInClassOf.js';
import { assertOptions, typeError } from '../rx/assertions.js';

/** Options of {@link continueFrom}. @public */
export interface ContinueFromOptions {
  /**
   * The instruction after the model's own words. @defaultValue to continue from exactly where it stopped, mid-word if
   * need be, and to repeat and say nothing else
   */
  readonly instruction?: string | undefined;
}

const goOn =
  'Your answer was cut off. Go on from exactly where it stopped, in the middle of the word if it stopped there. ' +
  'Do not repeat any of it, and do not comment on the interruption.';

/**
 * The request that continues a reply that broke: the turns so far, the model's own words, and an instruction.
 *
 * `contents` becomes a list of turns, as the SDK makes it: texts and parts together are one turn of the user, turns
 * stay as they are. Then come the turns of {@link contentsOf}, and the instruction as the user's if the model spoke
 * last; if nothing may be sent back, the request is the original one. All else is kept, and nothing is changed in
 * place.
 *
 * The API wants the answer to a finished function call before any other turn: answer it, where the reply has one.
 *
 * @param params - The parameters of the request that broke.
 * @param partial - All that had arrived: {@link resumeOnDrop} passes it, and `GeminiError.partial` has it.
 * @param options - See {@link ContinueFromOptions}.
 * @returns The next request's parameters.
 * @throws TypeError - If `params.contents` is nothing to be sent, or `instruction` is not a text.
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
  const { instruction = goOn } = options;
  if (typeof instruction !== 'string' || instruction === '') throw typeError('instruction', 'a text', instruction);
  const contents = [...turnsOf(params.contents), ...contentsOf(partial)];
  if (contentsOf(partial).at(-1)?.role === 'model') contents.push({ role: 'user', parts: [{ text: instruction }] });
  return { ...params, contents };
}

/** The turns of a request's `contents`, in every form that the SDK takes. */
function turnsOf(contents: unknown): GeminiContent[] {
  const items: readonly unknown[] = Array.isArray(contents) ? contents : [contents];
  if (items.every(isTurn)) return [...items];
  return toContents(items.map(partOf), 'user');
}

function isTurn(item: unknown): item is GeminiContent {
  return typeof item === 'object' && item !== null && 'parts' in item;
}

function partOf(item: unknown): GeminiContentPart {
  if (typeof item === 'string') return { text: item };
  if (typeof item === 'object' && item !== null && !isTurn(item) && !builtInClassOf(item)) return item;
  throw typeError('contents', 'texts and parts, or turns', item);
}
