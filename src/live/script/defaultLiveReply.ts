import { assertDelay, assertOptions } from '../../rx/assertions.js';
import type { LiveReply } from './liveScript.js';

/** Options of {@link defaultLiveReply}. @public */
export interface DefaultLiveReplyOptions {
  /** The time from one piece to the next, in ms. @defaultValue the script's */
  readonly pace?: number | undefined;
  /** The wait before the first piece, in ms. @defaultValue the script's */
  readonly firstDelay?: number | undefined;
}

/** The maximum number of characters of a prompt that are quoted. */
const quotedChars = 200;

/**
 * Makes the reply of a {@link LiveScript} without the field `reply`: a few sentences that quote the input, as text or,
 * if the session asked for speech, as tones with their transcript.
 *
 * Answers contents with `turnComplete`, text in real time, and the end of speech; no other input. Equal inputs get equal
 * answers.
 *
 * @param options - See {@link DefaultLiveReplyOptions}.
 * @returns A `reply` for a script.
 * @throws TypeError, RangeError - At the call, if a time is negative.
 * @example
 * ```ts
 * const emulator = await startEmulator({ live: { reply: defaultLiveReply({ pace: 50, firstDelay: 300 }) } });
 * ```
 * @public
 */
export function defaultLiveReply(options: DefaultLiveReplyOptions = {}): LiveReply {
  assertOptions(options);
  const { pace, firstDelay } = options;
  if (pace !== undefined) assertDelay('pace', pace);
  if (firstDelay !== undefined) assertDelay('firstDelay', firstDelay);
  return (_, { prompt, isComplete }) => (isComplete ? { text: answerTo(prompt), pace, firstDelay } : undefined);
}

function answerTo(prompt: string): string {
  const quoted = Array.from(prompt.trim()).slice(0, quotedChars).join('');
  return `You said: ${quoted || 'nothing'}. This answer comes from a script, not from a model.`;
}
