import type { ToolRun } from '../chunk/annotations.js';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isNotice } from '../chunk/isNotice.js';
import type { GeminiPart } from '../chunk/response.js';
import type { AskedQuestion } from './askedQuestion.js';
import { isOpen, type ChatMessage } from './chatMessage.js';
import type { ChatState } from './chatState.js';
import { callsToAnswer, createMessage, finalMessageFields, messageFields } from './messageFields.js';
import type { SendBranch } from './sendBranch.js';
import { withRunsEnded } from './toolRuns.js';

/**
 * Writes the steps of a send into the state of the chat: chunks into messages of the model, tool runs into `tool`
 * messages.
 */
export class MessageWriter {
  readonly #state: ChatState;
  readonly #branch: SendBranch;
  readonly #question: AskedQuestion | undefined;
  /** The reply to the present request. */
  #reply = new ChunkBuilder();
  /** The number of messages that the present request has sent. */
  #sentMessages = 0;
  /** The interactions that the content of the present reply is from. */
  #interactionIds = new Set<string>();
  #isClosed = false;

  constructor(state: ChatState, branch: SendBranch, question: AskedQuestion | undefined) {
    this.#state = state;
    this.#branch = branch;
    this.#question = question;
  }

  /** The content of the present reply, in the form that may be sent and saved. */
  get content() {
    return this.#withContext(finalMessageFields(this.#reply.snapshot()));
  }

  /** Adds the model's message; returns the messages before it. */
  startReply(): readonly ChatMessage[] {
    const before = this.#branch.path;
    this.#reply = new ChunkBuilder();
    this.#interactionIds = new Set();
    this.#state.nextRequest();
    this.#branch.add(createMessage(this.#state.newId(), 'model', [], 'waiting'));
    this.#state.status.set('waiting');
    this.#state.publish();
    return before;
  }

  /** Called when the present request goes out. */
  markRequested(sentMessages: number): void {
    this.#sentMessages = sentMessages;
  }

  /** Adds a chunk to the model's message. */
  writeChunk(chunk: GeminiChunk): void {
    if (chunk.usageMetadata) this.#state.countUsage(chunk.usageMetadata);
    this.#reply.append(chunk);
    if (chunk.interaction && hasContent(chunk)) this.#interactionIds.add(chunk.interaction.id);
    // A cancelled reply has no more content: the send ends with this chunk.
    if (this.#isClosed || chunk.cancelled || (isNotice(chunk) && !chunk.interaction)) return;
    const isStreaming = hasContent(chunk);
    if (isStreaming) this.#branch.select();
    this.#branch.updateLast((message) => ({
      ...(isStreaming && isOpen(message) ? { ...message, status: 'streaming' } : message),
      ...this.#withContext(messageFields(this.#reply.snapshot())),
    }));
    // After the message is written, because a subscriber may cancel here.
    if (isStreaming) this.#state.status.set('streaming');
    this.#state.publish();
  }

  /** Completes the model's message; returns the calls to answer. */
  finishReply(): readonly GeminiFunctionCall[] {
    if (this.#isClosed) return [];
    const reply = this.#reply.snapshot();
    const status = reply.stopped ? 'stopped' : 'complete';
    this.#branch.select();
    this.#update((message) => ({ ...message, ...this.content, status, error: undefined }));
    return callsToAnswer(reply);
  }

  /** Adds the `tool` message. */
  startTools(calls: readonly GeminiFunctionCall[]): void {
    this.#question?.markAnswered();
    const runs = calls.map((call): ToolRun => ({ call, status: 'waiting' }));
    this.#branch.add({ ...createMessage(this.#state.newId(), 'tool', [], 'streaming'), runs });
    this.#state.status.set('calling');
    this.#state.publish();
  }

  /** Replaces the run of a call in the `tool` message. */
  writeRun(index: number, run: ToolRun): void {
    if (!this.#isClosed) this.#update((message) => ({ ...message, runs: message.runs.with(index, run) }));
  }

  /** Completes the `tool` message; returns the responses. */
  finishTools(): readonly GeminiPart[] {
    this.#update((message) => withRunsEnded(message, { status: 'complete' }));
    return this.#branch.last?.parts ?? [];
  }

  /** Called when the send ends; later chunks and runs are ignored. */
  close(): void {
    this.#isClosed = true;
  }

  /** Adds the context of the interaction; removes an interaction that has only a part of the reply. */
  #withContext<T extends Pick<ChatMessage, 'interaction'>>(fields: T): T {
    if (this.#interactionIds.size > 1) return { ...fields, interaction: undefined };
    return fields.interaction ? { ...fields, sentMessages: this.#sentMessages } : fields;
  }

  #update(change: (message: ChatMessage) => ChatMessage): void {
    this.#branch.updateLast(change);
    this.#state.publish();
  }
}
