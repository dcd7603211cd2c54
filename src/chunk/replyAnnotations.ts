import type {
  Cancelled,
  Heard,
  Queued,
  ReplyCost,
  ReplyInteraction,
  ReplyMetrics,
  ReplyProgress,
  Resumed,
  Retrying,
  Stopped,
  ToolRun,
} from './annotations.js';

/**
 * The annotations of a reply: properties that operators of this library add to chunks; Gemini does not send them. A
 * {@link ReplySnapshot} has the latest value of each.
 *
 * @public
 */
export interface ReplyAnnotations {
  /** The progress of the reply, from `withProgress`. */
  readonly progress?: ReplyProgress | undefined;
  /** The pace of the reply, from `withMetrics`. */
  readonly metrics?: ReplyMetrics | undefined;
  /** The cost of the reply so far, from `withCost`. */
  readonly cost?: ReplyCost | undefined;
  /**
   * The place of the reply in the queue, from `createRateLimiter`, in notices. In a merge, later content clears this
   * place.
   */
  readonly queued?: Queued | undefined;
  /**
   * The next request after a failure, from `retryTransient`, `resumeOnDrop` and `fallback`, in notices: one before the
   * wait, and one, with `delay: 0`, when the request starts. In a merge, later content clears this mark.
   */
  readonly retrying?: Retrying | undefined;
  /** The state of the interaction and the place of this chunk in it, from `fromInteraction`: on every chunk. */
  readonly interaction?: ReplyInteraction | undefined;
  /**
   * The position of this chunk in a reply of `createReplies`, on every chunk of `follow`: an opaque text, which the sinks
   * send as the id of the event. `follow(id, { after: position })` continues exactly after this chunk.
   * The notice that `follow` emits before the first chunk has the position before that chunk.
   */
  readonly position?: string | undefined;
  /**
   * The seam where the reply broke, from `resumeOnDrop` or `fromInteraction`: on the first chunk after the seam. From
   * `toTurns`: in the last notice of a turn whose rest was lost.
   */
  readonly resumed?: Resumed | undefined;
  /** The cancellation of the reply by this side, from `takeUntilCancel`: on the last chunk. */
  readonly cancelled?: Cancelled | undefined;
  /** The early end of the reply, from `stopWhen`, or from `toTurns` if the user has interrupted: on the last chunk. */
  readonly stopped?: Stopped | undefined;
  /** The transcript of the user's speech that this turn answers, from `toTurns`, in notices: all words so far. */
  readonly heard?: Heard | undefined;
  /** The state of a tool call, from `createChat`, in notices. */
  readonly tool?: ToolRun | undefined;
}

/**
 * The name of an annotation: `progress` of `withProgress`, `cost` of `withCost`, …
 *
 * @public
 */
export type AnnotationName = keyof ReplyAnnotations;

/**
 * - `standing`: valid until the next value, and on every chunk below the operator that adds the annotation. Every
 *   notice has a copy, and so has each piece of a chunk that is cut.
 * - `place`: the position of a reader in the reply. Never copied; on the last piece of a cut.
 * - `mark`: reported once. Never copied; on the last piece of a cut.
 * - `seam`: a mark about the text before its chunk. Never copied; on the first piece of a cut.
 * - `wait`: a mark that lasts until content arrives: a merge then clears the mark. Never copied; on the last piece of a
 *   cut.
 */
type AnnotationSort = 'standing' | 'place' | 'mark' | 'seam' | 'wait';

/** The sort of each annotation; the compiler checks that the table is complete. */
const sorts: Readonly<Record<AnnotationName, AnnotationSort>> = {
  cancelled: 'mark',
  cost: 'standing',
  heard: 'mark',
  interaction: 'place',
  metrics: 'standing',
  position: 'place',
  progress: 'standing',
  queued: 'wait',
  resumed: 'seam',
  retrying: 'wait',
  stopped: 'mark',
  tool: 'mark',
};

/** The names of all annotations. */
export const annotationNames: ReadonlySet<string> = /* @__PURE__ */ new Set(/* @__PURE__ */ Object.keys(sorts));

/** Annotations that every notice copies. */
export const standingAnnotations: ReadonlySet<AnnotationName> = namesOf('standing');

/** Annotations that later content clears. */
export const waitAnnotations: ReadonlySet<AnnotationName> = namesOf('wait');

/** Annotations that report a position, which must not be ahead of the content beside it. */
export const placeAnnotations: ReadonlySet<string> = namesOf('place');

/** Annotations that the first piece of a cut chunk does not have. */
export const lastPieceAnnotations: ReadonlySet<string> = namesOf('place', 'mark', 'wait');

/** Annotations that the last piece of a cut chunk does not have. */
export const firstPieceAnnotations: ReadonlySet<string> = namesOf('seam');

/* @__NO_SIDE_EFFECTS__ */
function namesOf(...wanted: readonly AnnotationSort[]): ReadonlySet<AnnotationName> {
  const names = Object.keys(sorts) as AnnotationName[];
  return new Set(names.filter((name) => wanted.includes(sorts[name])));
}
