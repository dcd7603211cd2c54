import { assertDelay, assertInteger, assertOptions } from '../rx/assertions.js';
import { withDefaultAnswer } from './answers/withDefaultAnswer.js';
import type { EmulatorReply } from './scenario.js';

/** Options of {@link defaultReply}. @public */
export interface DefaultReplyOptions {
  /** The time from one chunk to the next, in ms. @defaultValue 50, a model's pace */
  readonly pace?: number | undefined;
  /** The wait of the first chunk after the headers, in ms. @defaultValue 300 */
  readonly firstDelay?: number | undefined;
  /**
   * A whole number that chooses among the answers that fit a prompt: the values of a schema, the arguments of a call and
   * the cells of a table. @defaultValue 0
   */
  readonly seed?: number | undefined;
}

/**
 * Makes the reply of an emulator without the option `reply`: some paragraphs of Markdown that quote the prompt, at a
 * model's pace, so that an answer takes three to four seconds.
 *
 * Answers in the form that the request asks for. With `responseMimeType` or `response_format`, a plausible value of the
 * schema, or an error that names the place for which no value is found. If a declared function has the words of the
 * prompt, or with the mode `ANY`, a call with arguments from the prompt; then a text that quotes the results. If the
 * prompt asks for a table, a list, JSON or code, such as 'a table of three teas', Markdown of that form.
 *
 * Honours `generationConfig.maxOutputTokens`, `candidateCount` and `thinkingConfig.includeThoughts`, and counts tokens
 * as Gemini 2.5 does. Equal prompts get equal answers.
 *
 * @param options - See {@link DefaultReplyOptions}.
 * @returns A `reply` for `startEmulator`.
 * @throws TypeError, RangeError - At the call, if a time is negative, or the seed is not a whole number.
 * @example
 * ```ts
 * const emulator = await startEmulator({ reply: defaultReply({ pace: 0, firstDelay: 0 }) });
 * ```
 * @public
 */
export function defaultReply(options: DefaultReplyOptions = {}): EmulatorReply {
  assertOptions(options);
  const { pace = 50, firstDelay = 300, seed = 0 } = options;
  assertDelay('pace', pace);
  assertDelay('firstDelay', firstDelay);
  assertInteger('seed', seed, 0);
  return (request) => withDefaultAnswer({ pace, firstDelay }, request, seed);
}
