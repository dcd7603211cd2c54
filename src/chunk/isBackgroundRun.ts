import type { GeminiChunk } from './geminiChunk.js';

/**
 * Whether a chunk belongs to an interaction that runs in the background and has an id. The run continues without a
 * reader and can be followed, so a repeat of its request would start, and bill, a second run.
 */
export function isBackgroundRun({ interaction }: Pick<GeminiChunk, 'interaction'>): boolean {
  return interaction?.background === true && interaction.id !== '';
}
