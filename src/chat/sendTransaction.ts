import type { ToolRun } from '../chunk/annotations.js';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isNotice } from '../chunk/isNotice.js';
import type { GeminiPart } from '../chunk/response.js';
import type { GeminiError } from '../errors/geminiError.js';
import type { ChatState } from './chatState.js';
import { cutOff, undo, withRunsEnded, type WhenCut, type Progress } from './cutOff.js';
import {
  callsToAnswer,
  roleOf,
  messageFields,
  createMessage,
  finalMessageFields,
  type OpenChatMessage,
  type ChatMessage,
  type MessageCut,
} from './chatMessage.js';
import type { ParentId } from './messageTree.js';

/** The place of an exchange, and the words of the user in it. */
export interface SendPlan {
  /** Undefined if an answer is asked for again. */
  readonly message?: readonly GeminiPart[] | undefined;
  /** Whether it comes after all others, and so is shown while it waits. */
  readonly isLast: boolean;
  /** The turn to follow; read when the exchange leaves the queue. */
  readonly place: () => ParentId;
}

/** One send from its subscription to its end, as the chat's state has it: the user's turn and those that answer it. */
export class SendTransaction {
  readonly #state: ChatState;
  readonly #plan: SendPlan;
  readonly #whenCut: WhenCut;
  readonly #at: Progress;
  /** Whether a request has gone out. */
  #isSent = false;
  #isOver = false;

  constructor(state: ChatState, plan: SendPlan, whenCut: WhenCut) {
    const { message, isLast } = plan;
    this.#state = state;
    this.#plan = plan;
    this.#whenCut = whenCut;
    this.#at = {
      message: message && createMessage(state.newId(), roleOf(message), message, 'pending'),
      hasBegun: false,
      place: undefined,
      before: undefined,
      first: undefined,
      last: undefined,
      question: undefined,
      refused: undefined,
      isShown: true,
      reply: new ChunkBuilder(),
    };
    state.open(this);
    if (this.#at.message && isLast) state.wait(this.#at.message);
  }

  /** Called when the exchange leaves the queue. */
  begin(): void {
    const at = this.#at;
    at.place = this.#plan.place();
    at.hasBegun = true;
    at.before = this.#state.tree.selectedAt(at.place);
    if (at.message) {
      this.#state.stopWaiting(at.message);
      at.question = this.#add({ ...at.message, status: 'complete', error: undefined });
    } else {
      at.isShown = at.before === undefined;
      this.#askAgain();
    }
  }

  /** Opens the model's turn; returns those before it. */
  startStep(): readonly ChatMessage[] {
    const before = this.#state.tree.pathTo(this.#at.last?.id ?? this.#at.place);
    this.#at.reply = new ChunkBuilder();
    this.#state.nextRequest();
    this.#state.status.set('pending');
    this.#add(createMessage(this.#state.newId(), 'model', [], 'pending'));
    this.#state.publish();
    return before;
  }

  /** Called when a request goes out: from then on the words of the user stay. */
  send(): void {
    this.#isSent = true;
  }

  /** A chunk of the model's turn has come. */
  record(chunk: GeminiChunk): void {
    if (chunk.usageMetadata) this.#state.count(chunk.usageMetadata);
    this.#at.reply.append(chunk);
    if (chunk.cancelled) this.cancel();
    if (this.#isOver || isNotice(chunk)) return;
    if (hasContent(chunk)) this.#speak();
    this.#write((turn) => ({ ...turn, ...messageFields(this.#at.reply.snapshot()) }));
  }

  /** Completes the model's turn; returns the calls to answer. */
  finishStep(): readonly GeminiFunctionCall[] {
    if (this.#isOver) return [];
    const reply = this.#at.reply.snapshot();
    this.#show();
    this.#write((turn) => ({ ...turn, ...finalMessageFields(reply), status: 'complete', error: undefined }));
    return callsToAnswer(reply);
  }

  /** Opens the turn of the tools. */
  startTools(calls: readonly GeminiFunctionCall[]): void {
    this.#at.question = undefined;
    this.#state.status.set('calling');
    const runs = calls.map((call): ToolRun => ({ call, status: 'waiting' }));
    this.#add({ ...createMessage(this.#state.newId(), 'tool', [], 'streaming'), runs });
    this.#state.publish();
  }

  /** Records a changed run of a tool. */
  recordRun(index: number, run: ToolRun): void {
    if (!this.#isOver) this.#write((turn) => ({ ...turn, runs: turn.runs.with(index, run) }));
  }

  /** Completes the `tool` turn; returns the responses. */
  finishTools(): readonly GeminiPart[] {
    this.#write((turn) => withRunsEnded(turn, { status: 'complete' }));
    return this.#at.last?.parts ?? [];
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

  /** Called when the last subscriber has unsubscribed. An exchange that was never sent leaves nothing behind. */
  leave(): void {
    if (this.#isSent) this.cancel();
    else this.#end(() => undo(this.#state, this.#at));
  }

  /** Cancels the exchange in a copy of the chat's state. */
  cancelIn(copy: ChatState): void {
    cutOff(copy, this.#at, this.#whenCut, { status: 'cancelled' });
  }

  #cut(cut: MessageCut): void {
    this.#end(() => cutOff(this.#state, this.#at, this.#whenCut, cut));
  }

  /** Only the first end counts. */
  #end(ending: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    ending();
    this.#state.close(this);
    if (this.#at.hasBegun) this.#state.status.set('idle');
    this.#state.publish();
  }

  /** Words that were refused are sent after all. */
  #askAgain(): void {
    const { place } = this.#at;
    const question = place === undefined ? undefined : this.#state.tree.get(place);
    this.#at.question = question;
    if (!question?.draft) return;
    this.#at.refused = question;
    this.#at.question = { ...question, draft: false };
    this.#state.tree.replace(this.#at.question);
  }

  #add(turn: ChatMessage): ChatMessage {
    const parent = this.#at.last?.id ?? this.#at.place;
    this.#at.first ??= turn.id;
    this.#at.last = turn;
    this.#state.tree.add(turn, parent);
    if (this.#at.isShown || this.#at.first !== turn.id) this.#state.tree.selectAt(parent, turn.id);
    return turn;
  }

  /** The model says something. */
  #speak(): void {
    const { last } = this.#at;
    this.#show();
    this.#state.status.set('streaming');
    if (last?.status === 'pending') this.#at.last = { ...last, status: 'streaming' } satisfies OpenChatMessage;
  }

  #show(): void {
    if (this.#at.isShown) return;
    this.#at.isShown = true;
    this.#state.tree.selectAt(this.#at.place, this.#at.first);
  }

  #write(change: (turn: ChatMessage) => ChatMessage): void {
    if (!this.#at.last) return;
    this.#at.last = change(this.#at.last);
    this.#state.tree.replace(this.#at.last);
    this.#state.publish();
  }
}
