import { asyncScheduler, type Subscriber, type Subscription } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toChunk } from '../chunk/toChunk.js';
import { errorFromJson } from '../errors/parseSavedError.js';
import { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { EventPlayer } from './eventPlayer.js';
import type { EventLine, RecordingLine } from './recordingLines.js';
import { RecordingError, RecordingReader } from './recordingReader.js';
import { maxTimerDelay } from '../rx/maxTimerDelay.js';
import { stopwatch } from '../rx/stopwatch.js';
import type { RecordingPiece, RecordingPieces } from './recordingText.js';

/** The pace of a recording: its `speed`, and the `interval` in ms of events, which have no times. */
export interface ReplayPace {
  readonly speed: number;
  readonly interval: number;
}

/** Plays the lines of a recording when they are due, and reads the next piece of its text when all lines are played. */
export function playRecording(
  pieces: RecordingPieces,
  { speed, interval }: ReplayPace,
  destination: Subscriber<GeminiChunk>,
): void {
  const elapsed = stopwatch();
  const events = new EventPlayer();
  const linesIn = linesReader(events, interval);
  let lines: Iterator<PlayedLine, void> | undefined;
  /** The line that is not due yet. */
  let next: PlayedLine | undefined;
  let wait: Subscription | undefined;

  /** Plays until the next line is not due, or the next piece is not there. */
  const play = () => {
    wait?.unsubscribe();
    try {
      while (!destination.closed) {
        next ??= lines?.next().value ?? undefined;
        if (!next) {
          const piece = pieces.next();
          if ('then' in piece) {
            piece.then(resume, fail);
            return;
          }
          lines = linesIn(piece);
          continue;
        }
        const now = elapsed();
        const early = next.t / speed - now;
        if (early > 0) {
          const delay = Math.min(Math.ceil(early), maxTimerDelay);
          wait = asyncScheduler.schedule(() => {
            elapsed(now + delay);
            play();
          }, delay);
          destination.add(wait);
          return;
        }
        if ('event' in next) events.play(next.event, destination);
        else emit(next, destination);
        next = undefined;
      }
    } catch (cause) {
      fail(cause);
    }
  };
  const resume = (piece: RecordingPiece) => {
    lines = linesIn(piece);
    play();
  };
  const fail = (cause: unknown) => destination.error(playbackError(cause));

  destination.add(() => pieces.close());
  play();
}

type PlayedLine = RecordingLine | EventLine;

/** Returns the lines that a piece completes, parsed one by one: a broken line throws after those before it are played. */
function linesReader(events: EventPlayer, interval: number): (piece: RecordingPiece) => Generator<PlayedLine, void> {
  let count = 0;
  const reader = new RecordingReader((event): EventLine => ({ t: count++ * interval, event }));
  const decoder = new TextDecoder();
  return function* ({ done, value }) {
    if (!done) yield* reader.feed(typeof value === 'string' ? value : decoder.decode(value, { stream: true }));
    else {
      yield* reader.end();
      // No piece is read after the line that ends the reply.
      if (count > 0) throw events.truncation();
      throw new GeminiError('The recording breaks off before the end of the reply', { kind: 'truncated' });
    }
  };
}

function emit(line: RecordingLine, destination: Subscriber<GeminiChunk>): void {
  if (line.end === undefined) destination.next(toChunk(line.chunk));
  else if (line.end === 'error') destination.error(errorFromJson(line.error));
  else {
    if (line.end === 'cancelled') destination.next({ text: '', cancelled: { reason: 'cancelled' } });
    destination.complete();
  }
}

function playbackError(cause: unknown): GeminiError {
  if (!(cause instanceof RecordingError)) return toGeminiError(cause);
  const { message, limit } = cause;
  return new GeminiError(message, { kind: limit ? 'overflow' : 'protocol', limit, cause });
}
