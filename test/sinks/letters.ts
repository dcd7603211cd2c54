import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { PublicError } from '../../src/errors/publicError.js';
import type { ReplyFormat } from '../../src/sinks/replyFormat.js';

export type LetterEvent =
  | { readonly begun: true }
  | { readonly letter: string }
  | { readonly ended: number }
  | { readonly failed: PublicError };

/** A small format of another protocol: one event a letter, and the number of letters at the end. */
export function letters(
  fields: Pick<ReplyFormat, 'headers' | 'terminator'> = {},
): ReplyFormat<GeminiChunk, LetterEvent> {
  return {
    ...fields,
    begin() {
      let count = 0;
      return {
        start: () => [{ begun: true }],
        chunk({ text }) {
          count += text.length;
          return [...text].map((letter) => ({ letter }));
        },
        end: () => [{ ended: count }],
        failure: (failed) => [{ failed }],
      };
    },
  };
}
