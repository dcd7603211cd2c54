import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { ReplyInteraction } from '../chunk/annotations.js';
import { omitFields } from '../chunk/copyFields.js';
import type { Fields } from '../rx/isObject.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { toBoundedJson } from '../errors/jsonDepth.js';

/**
 * The JSON of a chunk without the fields `omitted`. `text` is always omitted: the candidates carry the text, and are
 * added to a chunk that has none. Of an `interaction` that is omitted, the id and the status are sent.
 */
export function chunkJson(chunk: GeminiChunk, omitted: ReadonlySet<string>): string {
  const full = chunk.candidates ? chunk : new ChunkBuilder().append(chunk).snapshot();
  const sent = omitFields(full, omitted);
  if (chunk.interaction && omitted.has('interaction')) sent['interaction'] = publicInteraction(chunk.interaction);
  return toBoundedJson(sent, 'A chunk');
}

/** The fields of an interaction that every reader gets. */
export function publicInteraction({ id, status }: ReplyInteraction): ReplyInteraction {
  return { id, status };
}

/**
 * Makes a function, for the chunks of one reply in order, that returns whether the JSON of a chunk has anything that the
 * reader lacks: a field besides the `interaction`, or another id or status than those of the chunk before.
 */
export function hasSentField(omitted: ReadonlySet<string>): (chunk: GeminiChunk) => boolean {
  let id: string | undefined;
  let status: string | undefined;
  return (chunk) => {
    const { text, interaction } = chunk;
    let isSent = text !== '';
    if (interaction) {
      isSent ||= interaction.id !== id || interaction.status !== status;
      ({ id, status } = interaction);
    }
    for (const field in chunk) {
      if (isSent) break;
      isSent = !omitted.has(field) && (chunk as unknown as Fields)[field] !== undefined;
    }
    return isSent;
  };
}
