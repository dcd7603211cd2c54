import type { ToolRun } from '../chunk/annotations.js';
import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import { contentsOf } from '../chunk/contentsOf.js';
import type { FunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { isNotice } from '../chunk/isNotice.js';
import type { Part } from '../chunk/wire.js';
import type { GeminiError } from '../errors/geminiError.js';
import type { ChatState } from './chatState.js';
import { isRefusal, refuse } from './refusals.js';
import { endedRun, responsePart } from './toolRuns.js';
import { openCallsOf, roleOf, saidBy, turnOf, type Turn } from './turn.js';
import type { Place } from './turnTree.js';

/** What becomes of an answer that was cut off. @public */
export type KeepPartial = 'draft' | 'commit' | 'rollback';

/** Where an exchange goes, and what the user says in it. */
export interface ExchangePlan {
  /** Nothing where an answer is asked for again. */
  readonly message?: readonly Part[] | undefined;
  /** Whether it comes after all others, and so is shown while it waits. */
  readonly isLast: boolean;
  /** Which turn it follows, once its turn has come. */
  readonly place: () => Place;
}

/** One send from its subscription to its end, as the chat's state has it: the user's turn and those that answer it. */
export class Exchange {
  readonly #state: ChatState;
  readonly #plan: ExchangePlan;
  readonly #keepPartial: KeepPartial;
  /** What the user says. */
  readonly #message: Turn | undefined;
  #hasBegun = false;
  #isOver = false;
  /** Where it begins, the branch that was selected there, and its own. */
  #place: Place;
  #before: string | undefined;
  #first: string | undefined;
  /** The user's turn that is answered, until something answers it. */
  #question: Turn | undefined;
  /** The same as it was, if it had been refused. */
  #refused: Turn | undefined;
  /** Its last turn: the one that is being written. */
  #last: Turn | undefined;
  /** An answer that is asked for again is not shown before it says something. */
  #isShown = true;
  #reply = new ChunkBuilder();

  constructor(state: ChatState, plan: ExchangePlan, keepPartial: KeepPartial) {
    this.#state = state;
    this.#plan = plan;
    this.#keepPartial = keepPartial;
    this.#message = plan.message && turnOf(state.newId(), roleOf(plan.message), plan.message, 'pending');
    if (this.#message && plan.isLast) state.wait(this.#message);
  }

  /** Its turn has come. */
  begin(): void {
    this.#place = this.#plan.place();
    this.#hasBegun = true;
    this.#before = this.#state.tree.selectedAt(this.#place);
    if (this.#message) {
      this.#state.stopWaiting(this.#message);
      this.#question = this.#add({ ...this.#message, status: 'complete' });
    } else {
      this.#isShown = this.#before === undefined;
      this.#askAgain();
    }
  }

  /** Opens the model's turn; gives those before it. */
  startStep(): readonly Turn[] {
    const before = this.#state.tree.pathTo(this.#last?.id ?? this.#place);
    this.#reply = new ChunkBuilder();
    this.#state.nextRequest();
    this.#state.status.set('pending');
    this.#add(turnOf(this.#state.newId(), 'model', [], 'pending'));
    this.#state.publish();
    return before;
  }

  /** A chunk of the model's turn has come. */
  record(chunk: GeminiChunk): void {
    if (chunk.usageMetadata) this.#state.count(chunk.usageMetadata);
    this.#reply.append(chunk);
    if (chunk.cancelled) this.cancel();
    if (this.#isOver || isNotice(chunk)) return;
    if (hasContent(chunk)) this.#speak();
    this.#write(saidBy(this.#reply.snapshot()));
  }

  /** The model's turn is whole; gives the calls that it waits for. */
  finishStep(): readonly FunctionCall[] {
    if (this.#isOver) return [];
    this.#show();
    this.#write({ ...this.#whole(), status: 'complete' });
    return openCallsOf(this.#reply.snapshot());
  }

  /** Opens the turn of the tools. */
  startTools(calls: readonly FunctionCall[]): void {
    this.#question = undefined;
    this.#state.status.set('calling');
    const runs = calls.map((call): ToolRun => ({ call, status: 'waiting' }));
    this.#add({ ...turnOf(this.#state.newId(), 'tool', [], 'streaming'), runs });
    this.#state.publish();
  }

  /** A call stands elsewhere now. */
  recordRun(index: number, run: ToolRun): void {
    if (!this.#isOver) this.#write({ runs: (this.#last?.runs ?? []).with(index, run) });
  }

  /** All calls are answered; gives the answers. */
  finishTools(): readonly Part[] {
    this.#endRuns('complete');
    return this.#last?.parts ?? [];
  }

  complete(): void {
    this.#end(() => undefined);
  }

  cancel(): void {
    this.#end(() => {
      this.#cutOff('cancelled');
    });
  }

  fail(error: GeminiError): void {
    this.#end(() => {
      this.#cutOff(error.kind === 'cancelled' ? 'cancelled' : 'failed', error);
    });
  }

  /** Only the first end counts. */
  #end(ending: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    ending();
    this.#state.status.set('idle');
    this.#state.publish();
  }

  /** Words that were refused are sent after all. */
  #askAgain(): void {
    const question = this.#place === undefined ? undefined : this.#state.tree.get(this.#place);
    this.#question = question;
    if (!question?.draft) return;
    this.#refused = question;
    this.#question = this.#replace({ ...question, draft: false });
  }

  #cutOff(status: 'cancelled' | 'failed', error?: GeminiError): void {
    if (!this.#hasBegun || this.#keepPartial === 'rollback') {
      this.#takeBack(status, error);
      return;
    }
    const isRefusedStill = this.#refused && this.#last?.status === 'pending';
    if (this.#question && (isRefusal(error) || isRefusedStill)) refuse(this.#state.tree, this.#question.id);
    if (this.#last?.role === 'tool') this.#endRuns(status, error);
    else if (!this.#isShown) this.#remove();
    else this.#write({ ...this.#whole(), status, error, draft: this.#keepPartial === 'draft' });
  }

  /** Makes the chat what it was before, but for the words of the user, which are kept aside. */
  #takeBack(status: 'cancelled' | 'failed', error: GeminiError | undefined): void {
    this.#remove();
    if (this.#refused) this.#replace(this.#refused);
    if (!this.#message) return;
    this.#state.stopWaiting(this.#message);
    this.#state.keepUnsent({ ...this.#message, status, error });
  }

  #remove(): void {
    if (this.#first !== undefined) this.#state.tree.remove(this.#first, this.#before);
  }

  /** What tools did is no draft, for it has been done; the model is told what was cut off, too. */
  #endRuns(status: Turn['status'], error?: GeminiError): void {
    const runs = (this.#last?.runs ?? []).map(endedRun);
    this.#write({ runs, parts: runs.map(responsePart), status, error });
  }

  /** The reply without what the API would refuse. */
  #whole(): Partial<Turn> {
    const reply = this.#reply.snapshot();
    return { ...saidBy(reply), parts: contentsOf(reply).flatMap(({ parts }) => parts) };
  }

  #add(turn: Turn): Turn {
    const parent = this.#last?.id ?? this.#place;
    this.#first ??= turn.id;
    this.#last = turn;
    this.#state.tree.add(turn, parent);
    if (this.#isShown || this.#first !== turn.id) this.#state.tree.selectAt(parent, turn.id);
    return turn;
  }

  #replace(turn: Turn): Turn {
    this.#state.tree.replace(turn);
    return turn;
  }

  /** The model says something. */
  #speak(): void {
    this.#show();
    this.#state.status.set('streaming');
    if (this.#last?.status === 'pending') this.#last = { ...this.#last, status: 'streaming' };
  }

  #show(): void {
    if (this.#isShown) return;
    this.#isShown = true;
    this.#state.tree.selectAt(this.#place, this.#first);
  }

  #write(fields: Partial<Turn>): void {
    if (!this.#last) return;
    this.#last = this.#replace({ ...this.#last, ...fields });
    this.#state.publish();
  }
}
