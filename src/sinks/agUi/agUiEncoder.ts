import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { blockReasonOf } from '../../chunk/readers.js';
import type { PublicError } from '../../errors/publicError.js';
import { ReplyPieces, type ReplyPiece, type RunKind } from '../formats/replyPieces.js';
import type { ReplyEncoder } from '../replyFormat.js';
import type { AgUiEvent } from './agUiEvent.js';
import type { AgUiRun } from './agUiInput.js';
import { MessageSources } from './messageSources.js';
import { toAgUiUsage } from './toAgUiUsage.js';

/** The state of a step: of one reply of the model in a tool loop. */
class StepState {
  readonly sources = new MessageSources();
  /** The latest message of the assistant. */
  textId: string | undefined;
  /** The message that has the calls: all of a step have one, so that a client sends them back as one turn. */
  callsId: string | undefined;
  /** The ids of the latest text, thought and call, each as long as it has no signature. */
  readonly unsigned: Partial<Record<RunKind | 'call', string | undefined>> = {};
}

/** Makes the events of one run. */
export class AgUiEncoder implements ReplyEncoder<GeminiChunk, AgUiEvent> {
  readonly #run: AgUiRun;
  readonly #prefix = newPrefix();
  readonly #pieces: ReplyPieces;
  #step = new StepState();
  #count = 0;
  #model: string | undefined;
  /** Whether the open call has any argument text. */
  #hasArgs = false;

  /** @param knownIds - The ids of the calls so far: a client would append to a call with such an id. */
  constructor(run: AgUiRun, knownIds: readonly string[]) {
    this.#run = run;
    this.#pieces = new ReplyPieces(this.#prefix, knownIds);
  }

  start(): AgUiEvent[] {
    const { threadId, runId, protocolVersion } = this.#run;
    return [{ type: 'RUN_STARTED', threadId, runId, ...(protocolVersion && { protocolVersion: '1.0' }) }];
  }

  chunk(chunk: GeminiChunk): AgUiEvent[] {
    this.#model = chunk.modelVersion ?? this.#model;
    const pieces = this.#pieces.read(chunk);
    let steps = pieces.filter(({ type }) => type === 'step').length;
    // Before the events: the sources often come with the signature that ends their message.
    if (steps === 0) this.#step.sources.append(chunk);
    return pieces.flatMap((piece) => {
      if (piece.type !== 'step') return this.#events(piece);
      const left = this.#leftSources();
      this.#step = new StepState();
      steps -= 1;
      if (steps === 0) this.#step.sources.append(chunk);
      return left;
    });
  }

  end(): AgUiEvent[] {
    const closed = this.#close();
    const { finishReason, promptFeedback, cancelled, stopped } = this.#pieces.finish();
    if (cancelled) return [...closed, this.#cancelled()];
    const blockReason = blockReasonOf({ promptFeedback });
    const metadata = {
      ...(finishReason && { finishReason }),
      ...(blockReason && { blockReason }),
      ...(stopped && { stopped }),
    };
    return [...closed, { ...this.#finished(), ...(Object.keys(metadata).length > 0 && { metadata }) }];
  }

  failure({ kind, message, ...metadata }: PublicError): AgUiEvent[] {
    const closed = this.#close();
    if (kind === 'cancelled') return [...closed, this.#cancelled()];
    return [...closed, { type: 'RUN_ERROR', message, code: kind, ...this.#usage(), metadata }];
  }

  /** Clients before 1.0 refuse the outcome `cancelled`. */
  #cancelled(): AgUiEvent {
    if (this.#run.protocolVersion) return { ...this.#finished(), outcome: { type: 'cancelled' } };
    return { type: 'RUN_ERROR', message: 'The reply was cancelled', code: 'abort', ...this.#usage() };
  }

  #finished() {
    const { threadId, runId } = this.#run;
    return { type: 'RUN_FINISHED' as const, threadId, runId, ...this.#usage() };
  }

  #usage() {
    const { usageMetadata } = this.#pieces.finish();
    return usageMetadata ? { usage: [toAgUiUsage(usageMetadata, this.#model)] } : {};
  }

  #close(): AgUiEvent[] {
    return [...this.#pieces.close().flatMap((piece) => this.#events(piece)), ...this.#leftSources()];
  }

  /** The sources that came after the end of their message. */
  #leftSources(): AgUiEvent[] {
    const value = this.#step.sources.take();
    return value ? [{ type: 'CUSTOM', name: 'gemini.sources', value }] : [];
  }

  #events(piece: ReplyPiece): AgUiEvent[] {
    switch (piece.type) {
      case 'runStart':
        return this.#startMessage(piece.kind, piece.id);
      case 'runDelta': {
        const type = piece.kind === 'text' ? 'TEXT_MESSAGE_CONTENT' : 'REASONING_MESSAGE_CONTENT';
        return [{ type, messageId: piece.id, delta: piece.delta }];
      }
      case 'runEnd':
        return [...this.#endMessage(piece.kind, piece.id), ...this.#sign(piece.kind, piece.id, piece.signature)];
      case 'signature':
        return this.#signNearest(piece.kind, piece.signature);
      case 'call': {
        const { id, name, args, signature } = piece;
        const delta = JSON.stringify(args);
        return [...this.#startCall(id, name), ...this.#args(id, delta), ...this.#endCall(id, signature)];
      }
      case 'callStart':
        return this.#startCall(piece.id, piece.name);
      case 'callDelta':
        return this.#args(piece.id, piece.json);
      case 'callEnd': {
        const { id, json, signature, isCut } = piece;
        if (!isCut) return [...this.#args(id, json), ...this.#endCall(id, signature)];
        // No arguments at all are the JSON of a call without arguments.
        return [...(this.#hasArgs ? [] : this.#args(id, '{')), { type: 'TOOL_CALL_END', toolCallId: id }];
      }
      case 'result': {
        const { id: toolCallId, response, parts } = piece;
        const messageId = this.#newId('tool');
        const content = JSON.stringify(response);
        return [{ type: 'TOOL_CALL_RESULT', messageId, toolCallId, content, role: 'tool' }, ...parts.map(customPart)];
      }
      case 'progress': {
        const { id: toolCallId, name: toolCallName, progress } = piece;
        return [{ type: 'CUSTOM', name: 'gemini.progress', value: { toolCallId, toolCallName, progress } }];
      }
      case 'serverCall':
      case 'serverResult':
      case 'part':
        return [customPart(piece.part)];
      case 'source':
      case 'step':
        return [];
    }
  }

  #startMessage(kind: RunKind, messageId: string): AgUiEvent[] {
    this.#step.unsigned[kind] = messageId;
    if (kind === 'thought') {
      return [
        { type: 'REASONING_START', messageId },
        { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
      ];
    }
    this.#step.textId = messageId;
    return [{ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' }];
  }

  #endMessage(kind: RunKind, messageId: string): AgUiEvent[] {
    if (kind === 'thought') {
      return [
        { type: 'REASONING_MESSAGE_END', messageId },
        { type: 'REASONING_END', messageId },
      ];
    }
    const metadata = this.#step.sources.take();
    return [{ type: 'TEXT_MESSAGE_END', messageId, ...(metadata && { metadata }) }];
  }

  #startCall(toolCallId: string, toolCallName: string): AgUiEvent[] {
    this.#hasArgs = false;
    this.#step.callsId ??= this.#step.textId ?? this.#newId('calls');
    this.#step.unsigned.call = toolCallId;
    return [{ type: 'TOOL_CALL_START', toolCallId, toolCallName, parentMessageId: this.#step.callsId }];
  }

  #args(toolCallId: string, delta: string): AgUiEvent[] {
    if (delta === '') return [];
    this.#hasArgs = true;
    return [{ type: 'TOOL_CALL_ARGS', toolCallId, delta }];
  }

  #endCall(toolCallId: string, signature: string | undefined): AgUiEvent[] {
    return [{ type: 'TOOL_CALL_END', toolCallId }, ...this.#sign('call', toolCallId, signature)];
  }

  #sign(kind: RunKind | 'call', entityId: string, encryptedValue: string | undefined): AgUiEvent[] {
    if (encryptedValue === undefined) return [];
    this.#step.unsigned[kind] = undefined;
    const subtype = kind === 'call' ? 'tool-call' : 'message';
    return [{ type: 'REASONING_ENCRYPTED_VALUE', subtype, entityId, encryptedValue }];
  }

  /** Gives the signature of an empty part to a message or a call without one, else to an empty thought. */
  #signNearest(kind: RunKind, signature: string): AgUiEvent[] {
    const { text, call, thought } = this.#step.unsigned;
    if (kind === 'thought' && thought !== undefined) return this.#sign('thought', thought, signature);
    if (kind === 'text' && text !== undefined) return this.#sign('text', text, signature);
    if (kind === 'text' && call !== undefined) return this.#sign('call', call, signature);
    const id = this.#newId('signature');
    const events = [...this.#startMessage('thought', id), ...this.#endMessage('thought', id)];
    return [...events, ...this.#sign('thought', id, signature)];
  }

  #newId(kind: string): string {
    this.#count += 1;
    return `${this.#prefix}-${kind}-${String(this.#count)}`;
  }
}

function customPart(value: unknown): AgUiEvent {
  return { type: 'CUSTOM', name: 'gemini.part', value };
}

/** Random, because a client may use the id of a run twice, and would then append to the messages of the first run. */
function newPrefix(): string {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `run-${high.toString(36)}${low.toString(36)}`;
}
