import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { ShownReply } from '../chunk/shownReply.js';
import { isToolRun } from './chatJsonValidators.js';
import type { ChatMessage } from './chatMessage.js';
import { finalMessageFields, messageFields, type MessageContent } from './messageFields.js';
import { endedRun } from './toolRuns.js';

/** The content of one reply of the model, as fields of its message. */
export class ReplyContent {
  readonly #reply = new ShownReply();
  /** The interactions that the content is from. */
  readonly #interactionIds = new Set<string>();
  /** The latest states of the tool runs that the server has reported, by their calls. */
  readonly #runs = new Map<string, ToolRun>();
  /** The number of messages that the request has sent. */
  #sentMessages = 0;

  /** The merge of all chunks. */
  get reply(): GeminiChunk {
    return this.#reply.snapshot();
  }

  /** The fields of the reply so far. */
  get current(): MessageContent {
    return this.#withContext(messageFields(this.reply, this.#latestRun));
  }

  /** The fields in the form that may be sent and saved. */
  get final() {
    const { runs, ...fields } = this.#withContext(finalMessageFields(this.reply, this.#latestRun));
    return { ...fields, runs: runs.map(endedRun) };
  }

  /** Called when the request goes out. */
  markRequested(sentMessages: number): void {
    this.#sentMessages = sentMessages;
  }

  append(chunk: GeminiChunk): void {
    this.#reply.append(chunk);
    if (chunk.interaction && hasContent(chunk)) this.#interactionIds.add(chunk.interaction.id);
    if (isToolRun(chunk.tool)) this.#runs.set(keyOfCall(chunk.tool.call), chunk.tool);
  }

  readonly #latestRun = (call: GeminiFunctionCall): ToolRun | undefined =>
    this.#runs.size === 0 ? undefined : this.#runs.get(keyOfCall(call));

  /** Adds the context of the interaction; removes an interaction that has only a part of the reply. */
  #withContext<T extends Pick<ChatMessage, 'interaction'>>(fields: T) {
    if (this.#interactionIds.size > 1) return { ...fields, interaction: undefined };
    return fields.interaction ? { ...fields, sentMessages: this.#sentMessages } : fields;
  }
}

/** Calls without an id are known by their name and arguments: identical calls share the state of a run. */
function keyOfCall({ id, name, args }: GeminiFunctionCall): string {
  return JSON.stringify(id ?? [name, args]);
}
