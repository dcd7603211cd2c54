import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiResponse } from '../chunk/response.js';
import type { InteractionEvent } from '../interaction/interactionEvent.js';
import { toBoundedJson } from '../errors/jsonDepth.js';

/**
 * The lines of a recording, all JSON: a header, the chunks, an end. `record` writes them through a `LineWriter`;
 * `replay` and the emulator read them with a `RecordingReader`.
 */

/** The first line of a recording. */
export const recordingHeader = '{"recording":"rxjs-gemini","version":1}\n';

/** A line below the header. `t` is the time since the subscription, in ms. A line with an `end` is the last. */
export type RecordingLine =
  | { readonly t: number; readonly chunk: GeminiResponse; readonly end?: undefined }
  | { readonly t: number; readonly end: 'complete' | 'cancelled' }
  | { readonly t: number; readonly end: 'error'; readonly error: RecordedError };

/** An event of an interaction, in a recording of such events, which have no times: `t` is its time in the replay. */
export interface EventLine {
  readonly t: number;
  readonly event: InteractionEvent;
}

/** The JSON form of the error that ended a reply: that of `GeminiError.toJSON`. */
export interface RecordedError {
  readonly kind: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The line of a chunk. */
export function chunkLine(t: number, chunk: GeminiChunk): string {
  return `{"t":${String(t)},"chunk":${toBoundedJson(chunk, 'A chunk')}}\n`;
}

/** The end of a reply, in the last line. */
export type RecordedEnd =
  { readonly end: 'complete' | 'cancelled' } | { readonly end: 'error'; readonly error: object };

/** The last line. */
export function endLine(t: number, ending: RecordedEnd): string {
  return `${JSON.stringify({ t, ...ending })}\n`;
}
