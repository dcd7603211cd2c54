import { asyncScheduler, catchError, defer, EMPTY, map, Observable, ReplaySubject, share, throwError } from 'rxjs';
import { chunk } from '../../src/testing/chunks.js';
import { marbles, type MarbleHelpers } from '../../src/testing/marbles.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { errorLabel, lookOfChunk } from './looks.js';
import type { Ending, Look, Scene, SceneRow, Strand } from './scene.js';

/** A marble test that is drawn. */
export interface Picture {
  /** The function that it explains: the name of the file. */
  readonly name: string;
  /** A sentence that describes the picture. */
  readonly alt: string;
  /** Whether the picture has an axis of time. */
  readonly isTimed?: boolean;
  /** The width in px, if the picture needs more than others. */
  readonly width?: number;
  /** The test; the order of its calls is the order of the rows. */
  readonly play: (stage: Stage) => void;
}

/** Options of {@link Stage.result}. */
interface ResultOptions<T> {
  /** The look of a value. Default: the look of a chunk, or of a text. */
  readonly show?: (value: T) => Look;
  /** The subscription, as a diagram: `^` subscribes, `!` unsubscribes. Default: from the start, for ever. */
  readonly during?: string;
}

/** The helpers of the test of a picture: each adds a block to it. */
export interface Stage extends MarbleHelpers {
  /** A row of a source of chunks; every subscription is drawn, each where it happened. */
  readonly source: (
    label: string,
    diagram: string,
    values?: Readonly<Record<string, string | GeminiChunk>>,
    error?: unknown,
  ) => Observable<GeminiChunk>;
  /** A row of any other source. */
  readonly input: <T>(
    label: string,
    diagram: string,
    values: Readonly<Record<string, T>>,
    show: (value: T) => Look,
  ) => Observable<T>;
  /** Subscribes once, for a picture that shows a stage of a pipeline and the stages below it. */
  readonly once: <T>(stage$: Observable<T>) => Observable<T>;
  /** The text of the operators' call; a test holds that the picture's own code contains it. */
  readonly code: (code: string) => void;
  /** A row of a result, and its expectation, in looks; an error is expected as its label. */
  readonly result: <T>(
    label: string,
    result$: Observable<T>,
    options?: ResultOptions<T>,
  ) => { toBe(diagram: string, looks?: Readonly<Record<string, Look>>, error?: string): void };
}

/** A comparison of two lists of frames, which throws if they differ. */
export type CompareFrames = (actual: unknown, expected: unknown) => void;

/** Runs the test of a picture, in virtual time, and returns everything that happened in it. */
export function playPicture(picture: Picture, assertDeepEqual?: CompareFrames): Scene {
  const blocks: Scene['blocks'][number][] = [];
  const addRow = (role: SceneRow['role'], label: string): RecordedStrand[] => {
    const strands: RecordedStrand[] = [];
    blocks.push({ kind: 'row', role, label, strands });
    return strands;
  };
  const test = marbles(
    (m) => {
      picture.play({
        ...m,
        source: (label, diagram, values, error) =>
          recorded(m.reply(diagram, values, error), addRow('source', label), lookOfChunk),
        input: (label, diagram, values, show) => recorded(m.cold(diagram, values), addRow('input', label), show),
        once: (stage$) =>
          stage$.pipe(
            share({ connector: () => new ReplaySubject(Infinity), resetOnComplete: false, resetOnError: false }),
          ),
        code: (code) => blocks.push({ kind: 'code', lines: code.split('\n') }),
        result: (label, result$, options = {}) => {
          const { show = showDefault, during } = options;
          const looks$ = result$.pipe(
            map(show),
            catchError((error: unknown) => throwError(() => errorLabel(error))),
          );
          return m.expectObservable(recorded(looks$, addRow('result', label), identityLook), during);
        },
      });
    },
    { assertDeepEqual },
  );
  const { random } = Math;
  // The random part of a wait is 0 in a picture.
  Math.random = () => 0;
  try {
    test();
  } finally {
    Math.random = random;
  }
  return {
    name: picture.name,
    alt: picture.alt,
    isTimed: picture.isTimed ?? false,
    width: picture.width ?? usualWidth,
    blocks,
  };
}

const identityLook = (look: Look) => look;

function showDefault(shown: unknown): Look {
  return lookOfChunk(typeof shown === 'string' ? chunk(shown) : (shown as GeminiChunk));
}

/** A source of which each subscription is the next of several requests. */
export function inTurn<T>(...requests: readonly Observable<T>[]): Observable<T> {
  const next = requests[Symbol.iterator]();
  return defer(() => {
    const request = next.next();
    return request.done ? EMPTY : request.value;
  });
}

/** The width of a picture, in px: readable on a phone. */
const usualWidth = 640;

type RecordedStrand = { -readonly [K in keyof Strand]: Strand[K] } & { values: { frame: number; look: Look }[] };

/** The same Observable, of which each subscription is written down. */
function recorded<T>(source: Observable<T>, strands: RecordedStrand[], show: (value: T) => Look): Observable<T> {
  const now = () => asyncScheduler.now();
  return new Observable((destination) => {
    const strand: RecordedStrand = { start: now(), values: [] };
    strands.push(strand);
    const end = (ending: Ending) => (strand.ending ??= ending);
    destination.add(() => end({ frame: now(), how: 'closed' }));
    return source.subscribe({
      next(value) {
        strand.values.push({ frame: now(), look: show(value) });
        destination.next(value);
      },
      error(error: unknown) {
        end({ frame: now(), how: 'error', label: errorLabel(error) });
        destination.error(error);
      },
      complete() {
        end({ frame: now(), how: 'complete' });
        destination.complete();
      },
    });
  });
}
