import type { GeminiPart } from '../chunk/response.js';
import type { GeminiError } from '../errors/geminiError.js';
import { AskedQuestion } from './askedQuestion.js';
import { roleOf, type ChatMessage, type MessageCut } from './chatMessage.js';
import type { WhenCut } from './chatOptions.js';
import type { ChatState } from './chatState.js';
import { createMessage } from './messageFields.js';
import type { ParentId } from './messageTree.js';
import { MessageWriter } from './messageWriter.js';
import { SendBranch } from './sendBranch.js';
import { withRunsEnded } from './toolRuns.js';

/** The message of a send, and its place in the chat. */
export interface SendPlan {
  /** The user's message; undefined if an answer is regenerated. */
  readonly message?: readonly GeminiPart[] | undefined;
  /** Whether the message follows all other messages, so that it is shown while it is queued. */
  readonly isLast: boolean;
  /** The message to attach to; read when this send leaves the queue. */
  readonly parentId: () => ParentId;
  readonly whenCut: WhenCut;
}

/** A send that has left the queue. */
interface BegunSend {
  readonly branch: SendBranch;
  /** The message to answer. */
  readonly question: AskedQuestion | undefined;
  readonly writer: MessageWriter;
}

/**
 * One send in the state of the chat, from its subscription to its end: adds the user's message, and at the end commits,
 * cuts or removes the messages of the send, according to `whenCut`.
 */
export class SendTransaction {
  readonly #state: ChatState;
  readonly #plan: SendPlan;
  readonly #onEnd: () => void;
  /** The user's message that the send adds. */
  readonly #message: ChatMessage | undefined;
  /** Undefined while the send is queued. */
  #begun: BegunSend | undefined;
  /** Whether a request has gone out. */
  #isRequested = false;
  #isEnded = false;

  /** @param onEnd - Called at the end, before the subscribers of the state learn of it: they may send again at once. */
  constructor(state: ChatState, plan: SendPlan, onEnd: () => void) {
    const { message, isLast } = plan;
    this.#state = state;
    this.#plan = plan;
    this.#onEnd = onEnd;
    this.#message = message && createMessage(state.newId(), roleOf(message), message, 'waiting');
    state.addTransaction(this);
    if (this.#message && isLast) state.showQueued(this.#message);
  }

  /** Called when the send leaves the queue; returns the writer of its messages. */
  begin(): MessageWriter {
    const { tree } = this.#state;
    const message = this.#message;
    const parentId = this.#plan.parentId();
    const branch = new SendBranch(tree, parentId, message === undefined);
    let asked: ChatMessage | undefined;
    if (message) {
      asked = { ...message, status: 'complete', error: undefined };
      this.#state.hideQueued(message);
      branch.add(asked);
    } else if (parentId !== undefined) asked = tree.get(parentId);
    const question = asked && new AskedQuestion(tree, asked);
    const writer = new MessageWriter(this.#state, branch, question);
    this.#begun = { branch, question, writer };
    return writer;
  }

  /** Called when a request goes out: from then on the user's message stays. */
  markRequested(): void {
    this.#isRequested = true;
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

  /** Called when the last subscriber has unsubscribed. A send without a request leaves no message in the chat. */
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
    this.#begun?.writer.close();
    applyEnd();
    this.#state.removeTransaction(this);
    this.#onEnd();
    if (this.#begun) this.#state.status.set('idle');
    this.#state.publish();
  }

  #cutIn(state: ChatState, cut: MessageCut): void {
    const { whenCut } = this.#plan;
    if (!this.#begun || whenCut === 'rollback') {
      this.#undoIn(state);
      if (this.#message) state.keepUnsent([{ ...this.#message, ...cut }]);
      return;
    }
    const { tree } = state;
    const { branch, question, writer } = this.#begun;
    const { last } = branch;
    question?.cutIn(tree, cut.error, last?.status !== 'waiting');
    if (!branch.isSelected) branch.removeFrom(tree);
    else if (last?.role === 'tool') tree.replace(withRunsEnded(last, cut));
    else if (last) {
      tree.replace({ ...last, ...writer.content, ...cut, progress: undefined, draft: whenCut === 'draft' });
    }
  }

  /** Restores the chat to its state before the send. */
  #undoIn(state: ChatState): void {
    this.#begun?.branch.removeFrom(state.tree);
    this.#begun?.question?.restoreIn(state.tree);
    if (this.#message) state.hideQueued(this.#message);
  }
}
