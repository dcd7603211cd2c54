import type { GeminiChunk } from './geminiChunk.js';
import type { GeminiResponse } from './response.js';

/** A field that an operator of this library adds to a chunk, and no server sends. */
type Annotation = Exclude<keyof GeminiChunk, keyof GeminiResponse | 'text' | 'chunks'>;

/**
 * - `standing`: true until the next one, and on every chunk below the operator that adds it. A notice that any operator
 *   makes copies it, and so does each piece of a chunk that is cut.
 * - `place`: the position of a reader in the reply. Never copied; on the last piece of a cut.
 * - `mark`: said once. Never copied; on the last piece of a cut.
 * - `seam`: a mark of what lies before its chunk. Never copied; on the first piece of a cut.
 * - `wait`: a mark that holds until content comes: a merge clears it then. Never copied; on the last piece of a cut.
 */
type Sort = 'standing' | 'place' | 'mark' | 'seam' | 'wait';

/** The sort of each annotation. The compiler checks that the table is complete. */
const sorts: Readonly<Record<Annotation, Sort>> = {
  cancelled: 'mark',
  cost: 'standing',
  metrics: 'standing',
  progress: 'standing',
  queued: 'wait',
  resumed: 'seam',
  stopped: 'mark',
  tool: 'mark',
};

/** The names of all annotations. */
export const annotationNames: ReadonlySet<string> = new Set(Object.keys(sorts));

/** Annotations that every notice carries on. */
export const standing: ReadonlySet<Annotation> = namesOf('standing');

/** Annotations that later content clears. */
export const waits: ReadonlySet<Annotation> = namesOf('wait');

/** Annotations that the first piece of a chunk that is cut does not have. */
export const ofLastPiece: ReadonlySet<string> = namesOf('place', 'mark', 'wait');

/** Annotations that the last piece of a chunk that is cut does not have. */
export const ofFirstPiece: ReadonlySet<string> = namesOf('seam');

function namesOf(...wanted: readonly Sort[]): ReadonlySet<Annotation> {
  const names = Object.keys(sorts) as Annotation[];
  return new Set(names.filter((name) => wanted.includes(sorts[name])));
}
