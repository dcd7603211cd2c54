import type { ToolRun } from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { finishReasonOf } from '../chunk/readers.js';
import type { GeminiPart } from '../chunk/response.js';
import type { ChatMessage } from './chatMessage.js';
import { callsToAnswer } from './messageFields.js';

/** Keeps the messages of a tool loop: as the state of a chat, or as a plain list. */
export interface ToolLoopWriter {
  /** Begins a reply of the model; returns the messages that it answers. */
  startReply(): readonly ChatMessage[];
  /** Adds a chunk to the reply. */
  writeChunk(chunk: GeminiChunk): void;
  /** Completes the reply. */
  finishReply(): FinishedReply;
  /** Begins the runs of tools for calls of the reply. */
  startTools(calls: readonly GeminiFunctionCall[]): void;
  /** Replaces the run of a call. */
  writeRun(index: number, run: ToolRun): void;
  /** Completes the runs; returns the responses. */
  finishTools(): readonly GeminiPart[];
}

/** The end of a reply, as far as it matters to the loop. */
export interface FinishedReply {
  /** The calls to answer. */
  readonly calls: readonly GeminiFunctionCall[];
  readonly finishReason?: string | undefined;
}

/** The end of a reply, from the merge of its chunks. A cancelled reply has no calls to answer. */
export function finishedReply(reply: GeminiChunk): FinishedReply {
  return { calls: reply.cancelled ? [] : callsToAnswer(reply), finishReason: finishReasonOf(reply) };
}
