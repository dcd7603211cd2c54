import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiPart } from '../chunk/response.js';
import type { ChatMessage } from './chatMessage.js';
import { createMessage } from './messageFields.js';
import { ReplyContent } from './replyContent.js';
import { finishedReply, type FinishedReply, type ToolLoopWriter } from './toolLoopWriter.js';
import { withRunsEnded } from './toolRuns.js';

/** Keeps the steps of a tool loop as a plain list of messages, for the requests of the loop. */
export class ContentsWriter implements ToolLoopWriter {
  #messages: readonly ChatMessage[];
  #content = new ReplyContent();
  #runs: readonly ToolRun[] = [];

  constructor(messages: readonly ChatMessage[]) {
    this.#messages = messages;
  }

  startReply(): readonly ChatMessage[] {
    this.#content = new ReplyContent();
    return this.#messages;
  }

  markRequested(sentMessages: number): void {
    this.#content.markRequested(sentMessages);
  }

  writeChunk(chunk: GeminiChunk): void {
    this.#content.append(chunk);
  }

  finishReply(): FinishedReply {
    const { reply, final } = this.#content;
    const status = reply.stopped ? 'stopped' : 'complete';
    this.#add({ ...createMessage('', 'model', [], 'complete'), ...final, status, error: undefined });
    return finishedReply(reply);
  }

  startTools(calls: readonly GeminiFunctionCall[]): void {
    this.#runs = calls.map((call): ToolRun => ({ call, status: 'waiting' }));
  }

  writeRun(index: number, run: ToolRun): void {
    this.#runs = this.#runs.with(index, run);
  }

  finishTools(): readonly GeminiPart[] {
    const message = { ...createMessage('', 'tool', [], 'complete'), runs: this.#runs };
    const { parts } = this.#add(withRunsEnded(message, { status: 'complete' }));
    return parts;
  }

  #add(message: ChatMessage): ChatMessage {
    this.#messages = [...this.#messages, message];
    return message;
  }
}
