import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import type { ChatMessage } from './chatMessage.js';
import { finalMessageFields, messageFields } from './messageFields.js';

/** The content of one reply of the model, as fields of its message. */
export class ReplyContent {
  readonly #reply = new ChunkBuilder();
  /** The interactions that the content is from. */
  readonly #interactionIds = new Set<string>();
  /** The number of messages that the request has sent. */
  #sentMessages = 0;

  /** The merge of all chunks. */
  get reply(): GeminiChunk {
    return this.#reply.snapshot();
  }

  /** The fields of the reply so far. */
  get current() {
    return this.#withContext(messageFields(this.reply));
  }

  /** The fields in the form that may be sent and saved. */
  get final() {
    return this.#withContext(finalMessageFields(this.reply));
  }

  /** Called when the request goes out. */
  markRequested(sentMessages: number): void {
    this.#sentMessages = sentMessages;
  }

  append(chunk: GeminiChunk): void {
    this.#reply.append(chunk);
    if (chunk.interaction && hasContent(chunk)) this.#interactionIds.add(chunk.interaction.id);
  }

  /** Adds the context of the interaction; removes an interaction that has only a part of the reply. */
  #withContext<T extends Pick<ChatMessage, 'interaction'>>(fields: T): T {
    if (this.#interactionIds.size > 1) return { ...fields, interaction: undefined };
    return fields.interaction ? { ...fields, sentMessages: this.#sentMessages } : fields;
  }
}
