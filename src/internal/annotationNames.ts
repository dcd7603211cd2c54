import type { GeminiChunk, GeminiResponse } from '../chunk/geminiChunk.js';

/** What operators of this library add to a chunk, and no server sends. */
type Annotation = Exclude<keyof GeminiChunk, keyof GeminiResponse | 'text' | 'chunks'>;

const names: Readonly<Record<Annotation, true>> = {
  cancelled: true,
  cost: true,
  metrics: true,
  progress: true,
  queued: true,
  resumed: true,
  stopped: true,
  tool: true,
};

/** The names of all annotations; the compiler sees to it that none is missing. */
export const annotationNames: ReadonlySet<string> = new Set(Object.keys(names));
