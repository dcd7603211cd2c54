import { contentsOf, toContents, type GeminiContent, type GeminiContentPart } from '../chunk/contentsOf.js';
import type { GeminiResponse } from '../chunk/response.js';
import type { InteractionInputStep } from '../interaction/inputStep.js';
import { stepsOf } from '../interaction/stepsOf.js';
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
 * instruction. Works for `generateContent` (`contents`) and for a foreground interaction (`input`).
 *
 * `contents` becomes a list, as in the SDK: texts and parts together are one content of the user; contents are not
 * changed. The contents of the partial answer follow ({@link contentsOf}), then the instruction as a content of the
 * user, if the last content is the model's. `input` becomes a list of steps in the same way: a text or contents are one
 * `user_input`. If the partial answer has no part that may be sent back, the result is the original request. All other
 * parameters stay; no object is changed in place.
 *
 * The API requires the response to a finished function call before any other content: if the partial answer has such a
 * call, add its response.
 *
 * @param params - The parameters of the request that failed.
 * @param partial - The part of the reply that had arrived: {@link resumeOnDrop} passes it, and `GeminiError.partial`
 *   has it.
 * @param options - See {@link ContinueFromOptions}.
 * @returns The parameters of the next request.
 * @throws TypeError - If `params.contents` or `params.input` cannot be sent, or `instruction` is not a text.
 * @example
 * ```ts
 * const params = { model, contents: 'Count to three.' };
 * const next = continueFrom(params, chunk('One, tw'));
 * console.log(next.contents.length); // 3: the question, 'One, tw', and the instruction
 * ```
 * @public
 */
export function continueFrom<P extends { readonly contents: unknown } | { readonly input: unknown }>(
  params: P,
  partial: GeminiResponse,
  options: ContinueFromOptions = {},
): ContinuedParams<P> {
  assertOptions(params, 'params');
  assertOptions(options);
  const { instruction = defaultInstruction } = options;
  if (typeof instruction !== 'string' || instruction === '') throw typeError('instruction', 'a text', instruction);
  const added = [...contentsOf(partial)];
  if (added.at(-1)?.role === 'model') added.push({ role: 'user', parts: [{ text: instruction }] });
  const { contents, input }: { readonly contents?: unknown; readonly input?: unknown } = params;
  const next = input === undefined ? { contents: [...contentList(contents), ...added] } : continuedInput(input, added);
  const continued: object = { ...params, ...next };
  return continued as ContinuedParams<P>;
}

function continuedInput(input: unknown, added: readonly GeminiContent[]): object {
  return added.length === 0 ? {} : { input: [...inputSteps(input), ...stepsOf(added)] };
}

/** The parameters that `continueFrom` returns: with a list of contents, or of steps. @public */
export type ContinuedParams<P> = P extends { readonly contents: unknown }
  ? Omit<P, 'contents'> & { contents: GeminiContent[] }
  : Omit<P, 'input'> & { input: InteractionInputStep[] };

/** The steps of an interaction's `input`, in every form that the SDK takes. */
function inputSteps(input: unknown): readonly object[] {
  if (typeof input === 'string') return [{ type: 'user_input', content: [{ type: 'text', text: input }] }];
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (!items.every(isTyped)) throw typeError('input', 'a text, contents or steps', input);
  const isContents = items.length > 0 && items.every(({ type }) => contentTypes.has(type));
  return isContents ? [{ type: 'user_input', content: items }] : items;
}

function isTyped(item: unknown): item is { readonly type: string } {
  return isObject(item) && typeof item['type'] === 'string';
}

const contentTypes: ReadonlySet<string> = new Set(['text', 'image', 'audio', 'video', 'document']);

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
