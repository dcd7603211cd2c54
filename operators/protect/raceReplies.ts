import {
  BehaviorSubject,
  defer,
  filter,
  from,
  isObservable,
  map,
  mergeAll,
  of,
  repeat,
  startWith,
  Subject,
  switchMap,
  takeUntil,
  zip,
  type Observable,
} from 'rxjs';
import type { Retrying } from '../../src/chunk/annotations.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { withField } from '../../src/chunk/copyFields.js';
import { isEmptyChunk } from '../../src/chunk/emptyChunk.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { hasContent } from '../../src/chunk/hasContent.js';
import { isBackgroundRun } from '../../src/chunk/isBackgroundRun.js';
import { isNotice } from '../../src/chunk/isNotice.js';
import { noticeAfter } from '../../src/chunk/noticeAfter.js';
import { wasCutShort } from '../../src/chunk/wasCutShort.js';
import { reportsWait, withoutWaits } from '../../src/chunk/withoutWaits.js';
import { withContext, type GeminiError } from '../../src/errors/geminiError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { typeError } from '../../src/rx/assertions.js';
import { timeUp } from '../../src/rx/idleTimer.js';
import { operate } from '../../src/rx/operate.js';

/** The rules of a race. The next source also starts when a source has failed. */
interface RaceRules {
  /**
   * The wait until the next source starts, in ms; 0 starts all at once. By default, only a failure starts the next
   * source.
   */
  readonly after?: number | undefined;
  /** Whether the start of another source after a failure is announced, by a notice marked as `retrying`. */
  readonly isAnnounced?: boolean | undefined;
  /** Decides whether the race continues with the other sources after a failure. Not called for the last source. */
  readonly movesOn: (error: GeminiError, index: number) => boolean;
}

/**
 * Emits the reply of the source that is the first to send content, to complete, or to fail for good. The others are
 * unsubscribed at that moment.
 */
export function raceReplies<T extends GeminiChunk>(
  sources: readonly Observable<T>[],
  { after, isAnnounced = false, movesOn }: RaceRules,
): Observable<T> {
  assertSources(sources);
  const all = [...sources];

  return defer(() => {
    /** Starts the next source now, and restarts the wait of `after`. */
    const startNext$ = new BehaviorSubject('start');
    const winner$ = new Subject<number>();
    const failures: GeminiError[] = [];
    /** The failures for which no notice was emitted yet. */
    const unannounced: Retrying[] = [];
    /** The sources that run, in the order of their start; the first may send notices. */
    const running = new Set<number>();
    let started = 0;
    let hasEmitted = false;

    const run = (source: Observable<T>, index: number): Observable<T> =>
      source.pipe(
        operate<T, T>((destination) => {
          started += 1;
          running.add(index);
          /** The chunks of this source before its first content; dropped if the source fails. */
          let opening: ChunkBuilder<T> | undefined = new ChunkBuilder<T>();
          const emit = (chunk: T) => {
            hasEmitted = true;
            destination.next(chunk);
          };
          /** After the first chunk of the next source is known, as a notice has the annotations of operators above. */
          const announce = (latest?: T) => {
            for (const retrying of unannounced.splice(0)) emit(withField(noticeAfter(latest), 'retrying', retrying));
          };
          const win = () => {
            announce();
            if (!opening) return;
            const held = opening;
            opening = undefined;
            winner$.next(index);
            // Waits were reported when they began; now they are over.
            const opened = withoutWaits(held.snapshot());
            if (!isEmptyChunk(opened)) emit(opened);
          };
          const hold = (chunk: T) => {
            // Otherwise an annotating operator below emits first, without the annotations of this source.
            const notice = noticeAfter(chunk);
            if (!hasEmitted && isFirst(running, index) && !isEmptyChunk(notice)) emit(notice);
            opening?.append(chunk);
          };
          return {
            next(chunk) {
              announce(chunk);
              if (opening && (hasContent(chunk) || wasCutShort(chunk))) win();
              // A place belongs to the reply of this source, which may lose. A wait is reported at once.
              const isFree = isNotice(chunk) && !chunk.interaction && chunk.position === undefined;
              const mayPass =
                !opening || (isFree && isFirst(running, index) && (opening.isEmpty || reportsWait(chunk)));
              if (!mayPass) hold(chunk);
              else {
                // So that the held chunks, emitted later, have no earlier annotations.
                if (opening && !opening.isEmpty) opening.append(noticeAfter(chunk));
                emit(chunk);
              }
            },
            error(cause) {
              const error = opening ? asFailureOf(opening.snapshot(), cause) : toGeminiError(cause);
              running.delete(index);
              const isLast = running.size === 0 && started === all.length;
              if (opening && !isLast && movesOn(error, index)) {
                failures.push(error);
                if (isAnnounced) unannounced.push({ attempt: failures.length, delay: 0, kind: error.kind });
                destination.complete();
                startNext$.next('failed');
              } else {
                const failure = opening ? withEarlier(failures, error) : error;
                win();
                destination.error(failure);
              }
            },
            subscribed() {
              announce();
            },
            complete() {
              win();
              destination.complete();
            },
          };
        }),
        takeUntil(winner$.pipe(filter((winner) => winner !== index))),
      );

    const racers$ = from(all.map(run));
    const ticks$ = after === undefined ? of(0) : timeUp(after).pipe(repeat(), startWith(undefined));
    const inTurn$ = zip(racers$, startNext$.pipe(switchMap(() => ticks$))).pipe(map(([racer$]) => racer$));
    const starts$ = (after === 0 ? racers$ : inTurn$).pipe(takeUntil(winner$));
    return starts$.pipe(mergeAll());
  });
}

function isFirst<V>(set: ReadonlySet<V>, value: V): boolean {
  const [first] = set;
  return first === value;
}

/** The failure of a source that sent this opening: not retryable if its run continues in the background. */
function asFailureOf(opening: GeminiChunk, cause: unknown): GeminiError {
  const error = toGeminiError(cause);
  return error.retryable && isBackgroundRun(opening) ? withContext(error, { retryable: false }) : error;
}

/** The last failure, with all failures as its cause. */
function withEarlier(earlier: readonly GeminiError[], last: GeminiError): GeminiError {
  if (earlier.length === 0) return last;
  const cause = new AggregateError([...earlier, last], `None of ${earlier.length + 1} sources answered`);
  return withContext(last, { cause });
}

function assertSources(sources: unknown): void {
  if (!Array.isArray(sources)) throw typeError('sources', 'a list of Observables', sources);
  if (sources.length === 0) throw new TypeError('Expected at least one source, got none');
  for (const [index, source] of sources.entries()) {
    if (!isObservable(source)) throw typeError(`sources[${index}]`, 'an Observable', source);
  }
}
