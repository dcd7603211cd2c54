import {
  BehaviorSubject,
  defer,
  filter,
  from,
  interval,
  isObservable,
  map,
  mergeAll,
  of,
  startWith,
  Subject,
  switchMap,
  takeUntil,
  zip,
  type Observable,
} from 'rxjs';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { withContext, type GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { typeError } from '../internal/assertions.js';
import { operate } from '../internal/operate.js';

/** When the next source starts; it also does when one has failed. */
interface RaceRules {
  /** So many ms after the one before; 0 starts all at once. Without it only a failure starts the next. */
  readonly after?: number | undefined;
  /** Whether the failure of a source leaves the race to the others. Not asked of the last. */
  readonly movesOn: (error: GeminiError, index: number) => boolean;
}

/**
 * The source that is the first to send content, to complete, or to fail for good: from then on the others are left,
 * and it alone is heard.
 */
export function raceToContent<T extends GeminiChunk>(
  sources: readonly Observable<T>[],
  { after, movesOn }: RaceRules,
): Observable<T> {
  assertSources(sources);
  const all = [...sources];

  return defer(() => {
    /** Starts the next one now, and counts `after` anew. */
    const goOn$ = new BehaviorSubject('start');
    const winner$ = new Subject<number>();
    const failures: GeminiError[] = [];
    /** Those that run, in the order of their start; the first of them may send notices. */
    const running = new Set<number>();
    let started = 0;

    const run = (source: Observable<T>, index: number): Observable<T> =>
      source.pipe(
        operate<T, T>((destination) => {
          started += 1;
          running.add(index);
          /** What it says before it has won: of no use if it fails. */
          let opening: ChunkBuilder<T> | undefined = new ChunkBuilder<T>();
          const win = () => {
            if (!opening) return;
            const held = opening;
            opening = undefined;
            winner$.next(index);
            if (!held.isEmpty) destination.next(held.snapshot());
          };
          return {
            next(chunk) {
              if (opening && hasContent(chunk)) win();
              const mayPass = !opening || (opening.isEmpty && isAnnotation(chunk) && isFirst(running, index));
              if (mayPass) destination.next(chunk);
              else opening?.append(chunk);
            },
            error(cause) {
              const error = toGeminiError(cause);
              running.delete(index);
              const isLast = running.size === 0 && started === all.length;
              if (opening && !isLast && movesOn(error, index)) {
                failures.push(error);
                destination.complete();
                goOn$.next('failed');
              } else {
                const failure = opening ? withEarlier(failures, error) : error;
                win();
                destination.error(failure);
              }
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
    const ticks$ = after === undefined ? of(0) : interval(after).pipe(startWith(0));
    const inTurn$ = zip(racers$, goOn$.pipe(switchMap(() => ticks$))).pipe(map(([racer$]) => racer$));
    const starts$ = (after === 0 ? racers$ : inTurn$).pipe(takeUntil(winner$));
    return starts$.pipe(mergeAll());
  });
}

/** Whether a chunk says nothing of its reply. (For `isNotice`, a blocked prompt or a bare id says nothing.) */
function isAnnotation(chunk: GeminiChunk): boolean {
  return chunk.text === '' && !responseFields.some((field) => chunk[field] !== undefined);
}

const responseFields = [
  'candidates',
  'usageMetadata',
  'promptFeedback',
  'modelVersion',
  'responseId',
  'createTime',
] as const;

function isFirst<V>(set: ReadonlySet<V>, value: V): boolean {
  const [first] = set;
  return first === value;
}

/** The last failure with all of them as its cause. */
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
