import { Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { assertInteger, assertOptions, rangeError, typeError } from '../rx/assertions.js';
import { playExchange, type RecordedExchange } from './playExchange.js';
import { playRecording } from './playRecording.js';
import { recordingPieces, type RecordingText } from './recordingText.js';

/** Recorded HTTP exchanges: what the emulator's `replayRecording` takes as well. @public */
export interface RecordedExchanges {
  /** The exchanges, in order. */
  readonly exchanges: readonly RecordedExchange[];
}

/** The source of {@link replay}. @public */
export type ReplaySource = RecordingText | RecordedExchanges;

/** Options of {@link replay}. @public */
export interface ReplayOptions {
  /** The factor by which it is played faster than it was recorded; `Infinity` is all at once. @defaultValue 1 */
  readonly speed?: number | undefined;
  /** The index of the recorded exchange, from 0. @defaultValue 0 */
  readonly exchange?: number | undefined;
}

/**
 * Plays a reply that {@link record} wrote down: the same chunks, at the same times, with the same end.
 *
 * Each subscription plays it from its beginning. A recorded error fails the result with that error, as far as its
 * public form goes; where the recorded reply was unsubscribed, the result ends as a cancelled one does, with a chunk
 * `{ text: '', cancelled }`. Unsubscribing closes the stream that is read. A text or a list of its pieces is played
 * synchronously as far as nothing has to wait; of a stream the next piece is asked for when the last is played, so
 * nothing piles up.
 *
 * Recorded HTTP exchanges, which have no times, are played at once: one of them, as the wire's bytes are read.
 *
 * A line that is not one of a recording fails the result with a {@link GeminiError}, kind `protocol`, whose message
 * says which; a recording that breaks off with kind `truncated`; a line of more than 64 MB with kind `overflow`. All
 * that comes before is emitted. Of several recordings in one text the first is played.
 *
 * @param recording - The text, whole, in pieces or as a stream; recorded exchanges; or a function that returns one of
 * these, once a subscription: a stream can be read only once.
 * @param options - See {@link ReplayOptions}.
 * @returns A cold Observable of chunks.
 * @throws TypeError, RangeError - At the call, if `recording` is not one of these, `speed` is not positive or there is
 * no such exchange.
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
  const { speed = 1, exchange = 0 } = options;
  if (typeof speed !== 'number') throw typeError('speed', 'a positive number', speed);
  if (!(speed > 0)) throw rangeError('speed', 'a positive number', speed);
  assertInteger('exchange', exchange, 0);
  if (typeof recording !== 'function') assertRecording(recording, exchange);

  return new Observable((destination) => {
    try {
      const source = typeof recording === 'function' ? recording() : recording;
      assertRecording(source, exchange);
      const recorded = isExchanges(source) ? source.exchanges[exchange] : undefined;
      if (recorded) playExchange(recorded, destination);
      else playRecording(recordingPieces(source as RecordingText), speed, destination);
    } catch (cause) {
      destination.error(toGeminiError(cause));
    }
  });
}

/** Whether it is one can be told at the call, but for what a stream holds. */
function assertRecording(recording: unknown, exchange: number): void {
  if (typeof recording === 'string') return;
  if (typeof recording !== 'object' || recording === null) throw notOne(recording);
  if ('exchanges' in recording) {
    const { exchanges } = recording;
    if (!Array.isArray(exchanges)) throw typeError('recording.exchanges', 'a list', exchanges);
    assertInteger('exchange', exchange, 0, exchanges.length - 1);
  } else if (!('getReader' in recording) && !(Symbol.asyncIterator in recording) && !(Symbol.iterator in recording)) {
    throw notOne(recording);
  }
}

function notOne(value: unknown): TypeError {
  return typeError('recording', 'a text, its pieces, a stream, recorded exchanges or a function that gives one', value);
}

function isExchanges(source: ReplaySource): source is RecordedExchanges {
  return typeof source === 'object' && 'exchanges' in source;
}
