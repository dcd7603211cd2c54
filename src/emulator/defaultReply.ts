import { assertDelay, assertOptions } from '../rx/assertions.js';
import type { EmulatorReply } from './scenario.js';

/** Options of {@link defaultReply}. @public */
export interface DefaultReplyOptions {
  /** The time from one chunk to the next, in ms. @defaultValue 50, a model's pace */
  readonly pace?: number | undefined;
  /** The wait of the first chunk after the headers, in ms. @defaultValue 300 */
  readonly firstDelay?: number | undefined;
}

/**
 * Makes the reply of an emulator without the option `reply`: some paragraphs of Markdown that quote the prompt, at a
 * model's pace, so that an answer takes three to four seconds.
 *
 * Honours `generationConfig.maxOutputTokens`, `candidateCount` and `thinkingConfig.includeThoughts`, and counts tokens
 * as Gemini 2.5 does. Equal prompts get equal answers.
 *
 * @param options - See {@link DefaultReplyOptions}.
 * @returns A `reply` for `startEmulator`.
 * @throws RangeError - At the call, if a time is negative.
 * @example
 * ```ts
 * const emulator = await startEmulator({ reply: defaultReply({ pace: 0, firstDelay: 0 }) });
 * ```
 * @public
 */
export function defaultReply(options: DefaultReplyOptions = {}): EmulatorReply {
  assertOptions(options);
  const { pace = 50, firstDelay = 300 } = options;
  assertDelay('pace', pace);
  assertDelay('firstDelay', firstDelay);
  return () => ({ pace, firstDelay });
}
