import type { LiveInput } from '../liveInput.js';
import { secondsOf } from './speech.js';

/** Reads the inputs of a session one by one: their text, and the length of the speech since the last answer. */
export class InputPrompts {
  #seconds = 0;

  /** The text of the next input; for the end of speech, a sentence with its length. */
  next({ realtimeInput = {}, clientContent }: LiveInput): string {
    const { audio, text } = realtimeInput;
    if (audio) this.#seconds += secondsOf(audio);
    if (text !== undefined) return text;
    if (isEndOfSpeech(realtimeInput)) {
      const seconds = this.#seconds;
      this.#seconds = 0;
      return `${seconds.toFixed(1)} seconds of speech`;
    }
    return clientContent ? textOfTurns(clientContent.turns) : '';
  }
}

/** Whether an input asks for an answer. */
export function isCompleteInput({ realtimeInput, clientContent }: LiveInput): boolean {
  if (clientContent) return clientContent.turnComplete ?? false;
  return realtimeInput?.text !== undefined || isEndOfSpeech(realtimeInput ?? {});
}

/** Whether an input says that the user has stopped speaking. */
export function isEndOfSpeech({ activityEnd, audioStreamEnd }: NonNullable<LiveInput['realtimeInput']>): boolean {
  return activityEnd !== undefined || audioStreamEnd === true;
}

/** The text of the last of the contents. */
function textOfTurns(turns: NonNullable<LiveInput['clientContent']>['turns']): string {
  if (typeof turns === 'string') return turns;
  const last = Array.isArray(turns) ? (turns as readonly unknown[]).at(-1) : turns;
  const { parts } = (last ?? {}) as { readonly parts?: unknown };
  if (!Array.isArray(parts)) return '';
  return (parts as readonly { readonly text?: unknown }[])
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}
