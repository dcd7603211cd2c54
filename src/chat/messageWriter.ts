import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isNotice } from '../chunk/isNotice.js';
import type { GeminiPart } from '../chunk/response.js';
import type { AskedQuestion } from './askedQuestion.js';
import { isOpen, type ChatMessage } from './chatMessage.js';
import type { ChatState } from './chatState.js';
import { createMessage, openMessage } from './messageFields.js';
import { ReplyContent } from './replyContent.js';
import type { SendBranch } from './sendBranch.js';
import { finishedReply, type FinishedReply, type ToolLoopWriter } from './toolLoopWriter.js';
import { withRunsEnded } from './toolRuns.js';

/**
 * Writes the steps of a send into the state of the chat: chunks into messages of the model, tool runs into `tool`
 * messages.
 */
export class MessageWriter implements ToolLoopWriter {
  readonly #state: ChatState;
  readonly #branch: SendBranch;
  readonly #question: AskedQuestion | undefined;
  /** The reply to the present request. */
  #content = new ReplyContent();
  #isClosed = false;

  constructor(state: ChatState, branch: SendBranch, question: AskedQuestion | undefined) {
    this.#state = state;
    this.#branch = branch;
    this.#question = question;
  }

  /** The content of the present reply, in the form that may be sent and saved. */
  get content() {
    return this.#content.final;
  }

  /** Adds the model's message; returns the messages before it. */
  startReply(): readonly ChatMessage[] {
    const before = this.#branch.path;
    this.#content = new ReplyContent();
    this.#state.nextRequest();
    this.#branch.add(createMessage(this.#state.newId(), 'model', [], 'waiting'));
    this.#state.status.set('waiting');
    this.#state.publish();
    return before;
  }

  /** Called when the present request goes out. */
  markRequested(sentMessages: number): void {
    this.#content.markRequested(sentMessages);
  }

  /** Adds a chunk to the model's message. */
  writeChunk(chunk: GeminiChunk): void {
    if (chunk.usageMetadata) this.#state.countUsage(chunk.usageMetadata);
    this.#content.append(chunk);
    // A cancelled reply has no more content: the send ends with this chunk.
    if (this.#isClosed || chunk.cancelled || (isNotice(chunk) && !isShown(chunk))) return;
    const isStreaming = hasContent(chunk);
    if (isStreaming) this.#branch.select();
    this.#branch.updateLast((message) => {
      if (!isOpen(message)) return message;
      return openMessage(message, isStreaming ? 'streaming' : message.status, this.#content.current);
    });
    // After the message is written, because a subscriber may cancel here.
    if (isStreaming) this.#state.status.set('streaming');
    this.#state.publish();
  }

  /** Completes the model's message. */
  finishReply(): FinishedReply {
    if (this.#isClosed) return { calls: [] };
    const { reply } = this.#content;
    const status = reply.stopped ? 'stopped' : 'complete';
    this.#branch.select();
    this.#update((message) => ({ ...message, ...this.content, status, error: undefined }));
    return finishedReply(reply);
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

  #update(change: (message: ChatMessage) => ChatMessage): void {
    this.#branch.updateLast(change);
    this.#state.publish();
  }
}

/** Whether a message shows an annotation of a notice. */
function isShown({ interaction, tool, progress, metrics, cost, queued, retrying }: GeminiChunk): boolean {
  return [interaction, tool, progress, metrics, cost, queued, retrying].some((annotation) => annotation !== undefined);
}
