import { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertDelay, assertInteger, assertOptions, rangeError, typeError } from '../rx/assertions.js';
import { playExchange, type RecordedExchange } from './playExchange.js';
import { playRecording } from './playRecording.js';
import { openRecording, type RecordingText } from './recordingText.js';

/** Recorded HTTP exchanges; the emulator's `replayRecording` accepts them, too. @public */
export interface RecordedExchanges {
  /** The exchanges, in order. */
  readonly exchanges: readonly RecordedExchange[];
}

/**
 * A recording for {@link replay}: the text that `record` wrote, the events of an interaction as JSON lines, or HTTP
 * exchanges.
 *
 * @public
 */
export type ReplaySource = RecordingText | RecordedExchanges;

/** Options of {@link replay}. @public */
export interface ReplayOptions {
  /** The speed relative to the recorded one: 2 is twice as fast, `Infinity` is all at once. @defaultValue 1 */
  readonly speed?: number | undefined;
  /** The time between two recorded events of an interaction, in ms at speed 1. @defaultValue 0 */
  readonly interval?: number | undefined;
  /** The index of the HTTP exchange to play, from 0. @defaultValue 0 */
  readonly exchange?: number | undefined;
}

/**
 * Plays a reply that {@link record} has written: the same chunks, at the same times, with the same end.
 *
 * Each subscription plays the recording from its beginning. A recorded error fails the result with
 * the same error, without its cause, its stack and `partial`. If the recorded reply was unsubscribed, the result emits
 * a chunk `{ text: '', cancelled }` and completes, as a cancelled reply does. Unsubscribing closes the stream that is
 * read. A text or a list of pieces is played synchronously up to the first wait. The next piece of a stream is read
 * when the last piece is played, so that no text accumulates.
 *
 * A text of recorded events of an interaction (`interactionEvents`), one JSON object a line, is played as the chunks of
 * `fromInteraction`, up to the end of the interaction, and with its failure if it failed. Events have no times: they are
 * played at once, or one every `interval` ms.
 *
 * Recorded HTTP exchanges have no times: the selected exchange is played at once, read like a response from the
 * network.
 *
 * An invalid line fails the result with a {@link GeminiError}, kind `protocol`, whose message names the line; a
 * recording that breaks off fails with kind `truncated`, and a line of more than 64 MB with kind `overflow`. All
 * earlier chunks are emitted first. If one text has several recordings, the first is played.
 *
 * @param recording - The text, whole, in pieces or as a stream; recorded exchanges; or a function that returns one of
 * these, called at each subscription: a stream can be read only once.
 * @param options - See {@link ReplayOptions}.
 * @returns A cold Observable of chunks.
 * @throws TypeError, RangeError - At the call, if `recording` is not a recording or a function, `speed` is not
 * positive, `interval` is negative, or the exchange does not exist.
 * @example
 * ```ts
 * const lines = [
 *   '{"recording":"rxjs-gemini","version":1}\n',
 *   '{"t":800,"chunk":{"text":"Hello, "}}\n',
 *   '{"t":950,"chunk":{"text":"world"}}\n',
 *   '{"t":960,"end":"complete"}\n',
 * ];
 * replay(lines, { speed: 2 }).pipe(toText()).subscribe((text) => console.log(text));
 * ```
 * @public
 */
export function replay(
  recording: ReplaySource | (() => ReplaySource),
  options: ReplayOptions = {},
): Observable<GeminiChunk> {
  assertOptions(options);
  const { speed = 1, interval = 0, exchange = 0 } = options;
  if (typeof speed !== 'number') throw typeError('speed', 'a positive number', speed);
  if (!(speed > 0)) throw rangeError('speed', 'a positive number', speed);
  assertDelay('interval', interval);
  assertInteger('exchange', exchange, 0);
  if (typeof recording !== 'function') assertRecording(recording, exchange);

  return new Observable((destination) => {
    try {
      const source = typeof recording === 'function' ? recording() : recording;
      assertRecording(source, exchange);
      const recorded = isExchanges(source) ? source.exchanges[exchange] : undefined;
      if (recorded) playExchange(recorded, destination);
      else playRecording(openRecording(source as RecordingText), { speed, interval }, destination);
    } catch (cause) {
      destination.error(toGeminiError(cause));
    }
  });
}

/** @throws TypeError, RangeError - If the value is not a recording; its text is not read. */
function assertRecording(recording: unknown, exchange: number): void {
  if (typeof recording === 'string') return;
  if (typeof recording !== 'object' || recording === null) throw recordingTypeError(recording);
  if ('exchanges' in recording) {
    const { exchanges } = recording;
    if (!Array.isArray(exchanges)) throw typeError('recording.exchanges', 'a list', exchanges);
    assertInteger('exchange', exchange, 0, exchanges.length - 1);
  } else if (!('getReader' in recording) && !(Symbol.asyncIterator in recording) && !(Symbol.iterator in recording)) {
    throw recordingTypeError(recording);
  }
}

function recordingTypeError(value: unknown): TypeError {
  return typeError('recording', 'a text, its pieces, a stream, recorded exchanges or a function that gives one', value);
}

function isExchanges(source: ReplaySource): source is RecordedExchanges {
  return typeof source === 'object' && 'exchanges' in source;
}
