import type { ToolRun } from '../chunk/annotations.js';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isNotice } from '../chunk/isNotice.js';
import type { GeminiPart } from '../chunk/response.js';
import type { GeminiError } from '../errors/geminiError.js';
import { AskedQuestion } from './askedQuestion.js';
import { isOpen, roleOf, type ChatMessage, type MessageCut } from './chatMessage.js';
import type { WhenCut } from './chatOptions.js';
import type { ChatState } from './chatState.js';
import { callsToAnswer, createMessage, finalMessageFields, messageFields } from './messageFields.js';
import type { ParentId } from './messageTree.js';
import { SendBranch } from './sendBranch.js';
import { withRunsEnded } from './toolRuns.js';

/** The message of a send, and its place in the chat. */
export interface SendPlan {
  /** The words of the user; undefined if an answer is regenerated. */
  readonly message?: readonly GeminiPart[] | undefined;
  /** Whether the message follows all others, and so is shown while it is queued. */
  readonly isLast: boolean;
  /** The message to attach to; read when this send leaves the queue. */
  readonly parentId: () => ParentId;
  readonly whenCut: WhenCut;
}

/**
 * One send from its subscription to its end, as the state of the chat has it: the user's message and the messages that
 * answer it. A cut or an undo ends it as the policy `whenCut` says.
 */
export class SendTransaction {
  readonly #state: ChatState;
  readonly #plan: SendPlan;
  /** The user's message that the send adds. */
  readonly #message: ChatMessage | undefined;
  /** Undefined while the send is queued. */
  #branch: SendBranch | undefined;
  #question: AskedQuestion | undefined;
  /** The reply to the present request. */
  #reply = new ChunkBuilder();
  /** Whether a request has gone out. */
  #isRequested = false;
  #isEnded = false;

  constructor(state: ChatState, plan: SendPlan) {
    const { message, isLast } = plan;
    this.#state = state;
    this.#plan = plan;
    this.#message = message && createMessage(state.newId(), roleOf(message), message, 'waiting');
    state.addTransaction(this);
    if (this.#message && isLast) state.showQueued(this.#message);
  }

  /** Called when the send leaves the queue. */
  begin(): void {
    const { tree } = this.#state;
    const message = this.#message;
    const parentId = this.#plan.parentId();
    this.#branch = new SendBranch(tree, parentId, message === undefined);
    let question: ChatMessage | undefined;
    if (message) {
      question = { ...message, status: 'complete', error: undefined };
      this.#state.hideQueued(message);
      this.#branch.add(question);
    } else if (parentId !== undefined) question = tree.get(parentId);
    if (question) this.#question = new AskedQuestion(tree, question);
  }

  /** Adds the model's message; returns the messages before it. */
  startReply(): readonly ChatMessage[] {
    const before = this.#branch?.path ?? [];
    this.#reply = new ChunkBuilder();
    this.#state.nextRequest();
    this.#branch?.add(createMessage(this.#state.newId(), 'model', [], 'waiting'));
    this.#state.status.set('waiting');
    this.#state.publish();
    return before;
  }

  /** Called when a request goes out: from then on the user's message stays. */
  markRequested(): void {
    this.#isRequested = true;
  }

  /** Adds a chunk to the model's message. */
  recordChunk(chunk: GeminiChunk): void {
    if (chunk.usageMetadata) this.#state.countUsage(chunk.usageMetadata);
    this.#reply.append(chunk);
    if (chunk.cancelled) this.cancel();
    if (this.#isEnded || isNotice(chunk)) return;
    const isStreaming = hasContent(chunk);
    if (isStreaming) this.#branch?.select();
    this.#branch?.updateLast((message) => ({
      ...(isStreaming && isOpen(message) ? { ...message, status: 'streaming' } : message),
      ...messageFields(this.#reply.snapshot()),
    }));
    // After the message is written: a subscriber may cancel here.
    if (isStreaming) this.#state.status.set('streaming');
    this.#state.publish();
  }

  /** Completes the model's message; returns the calls to answer. */
  finishReply(): readonly GeminiFunctionCall[] {
    if (this.#isEnded) return [];
    const reply = this.#reply.snapshot();
    const status = reply.stopped ? 'stopped' : 'complete';
    this.#branch?.select();
    this.#update((message) => ({ ...message, ...finalMessageFields(reply), status, error: undefined }));
    return callsToAnswer(reply);
  }

  /** Adds the `tool` message. */
  startTools(calls: readonly GeminiFunctionCall[]): void {
    this.#question?.markAnswered();
    const runs = calls.map((call): ToolRun => ({ call, status: 'waiting' }));
    this.#branch?.add({ ...createMessage(this.#state.newId(), 'tool', [], 'streaming'), runs });
    this.#state.status.set('calling');
    this.#state.publish();
  }

  /** Records a changed run of a tool. */
  recordRun(index: number, run: ToolRun): void {
    if (!this.#isEnded) this.#update((message) => ({ ...message, runs: message.runs.with(index, run) }));
  }

  /** Completes the `tool` message; returns the responses. */
  finishTools(): readonly GeminiPart[] {
    this.#update((message) => withRunsEnded(message, { status: 'complete' }));
    return this.#branch?.last?.parts ?? [];
  }

  complete(): void {
    this.#end(() => undefined);
  }

  cancel(): void {
    this.#cut({ status: 'cancelled' });
  }

  fail(error: GeminiError): void {
    this.#cut({ status: error.kind === 'cancelled' ? 'cancelled' : 'failed', error });
  }

  /** Called when the last subscriber has unsubscribed. A send without a request leaves nothing behind. */
  abandon(): void {
    if (this.#isRequested) this.cancel();
    else this.#end(() => this.#undoIn(this.#state));
  }

  /** Cancels the send in a copy of the chat's state. */
  cancelIn(copy: ChatState): void {
    this.#cutIn(copy, { status: 'cancelled' });
  }

  #cut(cut: MessageCut): void {
    this.#end(() => this.#cutIn(this.#state, cut));
  }

  /** Only the first end has an effect. */
  #end(applyEnd: () => void): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    applyEnd();
    this.#state.removeTransaction(this);
    if (this.#branch) this.#state.status.set('idle');
    this.#state.publish();
  }

  #cutIn(state: ChatState, cut: MessageCut): void {
    const { whenCut } = this.#plan;
    const branch = this.#branch;
    if (!branch || whenCut === 'rollback') {
      this.#undoIn(state);
      if (this.#message) state.keepUnsent([{ ...this.#message, ...cut }]);
      return;
    }
    const { tree } = state;
    const { last } = branch;
    this.#question?.cutIn(tree, cut.error, last?.status !== 'waiting');
    if (!branch.isSelected) branch.removeFrom(tree);
    else if (last?.role === 'tool') tree.replace(withRunsEnded(last, cut));
    else if (last) {
      const content = finalMessageFields(this.#reply.snapshot());
      tree.replace({ ...last, ...content, ...cut, draft: whenCut === 'draft' });
    }
  }

  /** Restores the chat as it was before the send. */
  #undoIn(state: ChatState): void {
    this.#branch?.removeFrom(state.tree);
    this.#question?.restoreIn(state.tree);
    if (this.#message) state.hideQueued(this.#message);
  }

  #update(change: (message: ChatMessage) => ChatMessage): void {
    this.#branch?.updateLast(change);
    this.#state.publish();
  }
}
