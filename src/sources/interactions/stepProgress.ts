import { isWholeStep } from '../../interaction/wholeStep.js';
import type { InteractionStep } from '../../interaction/interactionStep.js';
import { isObject } from '../../rx/isObject.js';
import { noCounts, setCounts, type DeltaCounts } from './deltaCounts.js';

/** The progress of one open step. */
export class StepProgress {
  readonly index: number;
  /** The type; undefined if the step began without a `step.start`. */
  readonly type: string | undefined;
  /** Whether the mapping to chunks holds the step until it ends. */
  readonly isWhole: boolean;
  /** The beginning of its text form in a cursor. */
  readonly cursorHead: string;
  /** The content that was delivered, over all connections. */
  readonly delivered: DeltaCounts = noCounts();
  /** The content that this connection has sent, or that came before its beginning. */
  readonly position: DeltaCounts = noCounts();
  /** The position at the newest event id; undefined if the step began later. */
  #atLastId: DeltaCounts | undefined;
  /** The position at the event id of the cursor; undefined if the step began later. */
  #atCursorId: DeltaCounts | undefined;
  /** The JSON of the arguments of a function call, as far as delivered. */
  args = '';
  /** The arguments or the result in the start of a call or a result, as JSON; empty if they come in deltas. */
  #filling = '';

  constructor(index: number, type: string | undefined) {
    this.index = index;
    this.type = type;
    // The types of steps are a few words; those that this version does not know are encoded.
    this.cursorHead = `${index}:${encodeURIComponent(type ?? '')}:`;
    this.isWhole = type !== undefined && isWholeStep(type);
  }

  /** Restores the progress of a text or a thought from a cursor. */
  static restore(index: number, type: string | undefined, delivered: DeltaCounts, atId?: DeltaCounts): StepProgress {
    const step = new StepProgress(index, type);
    setCounts(step.delivered, delivered);
    step.#atLastId = atId && { ...atId };
    step.#atCursorId = atId && { ...atId };
    return step;
  }

  get atCursorId(): DeltaCounts | undefined {
    return this.#atCursorId;
  }

  /** Reads the start of a call or a result. */
  begin(step: InteractionStep): void {
    this.#filling = fillingOf(step);
    if (isFilled(step.arguments)) this.args = JSON.stringify(step.arguments);
  }

  /** Whether the start of a call or a result had its arguments or its result. */
  get isFilled(): boolean {
    return this.#filling !== '';
  }

  /** Whether a repeated start of a call or a result has more of it, or less, than the first one. */
  beginsOtherwise(step: InteractionStep): boolean {
    return this.isWhole && fillingOf(step) !== this.#filling;
  }

  addArguments(args: unknown): void {
    if (typeof args === 'string') this.args += args;
  }

  /** Moves to the position at the newest event id. */
  resume(): void {
    setCounts(this.position, this.#atLastId ?? noCounts());
  }

  /** Moves to the end of the delivered content. */
  catchUp(): void {
    setCounts(this.position, this.delivered);
  }

  /** Keeps the position for a connection that begins here. */
  keep(): void {
    setCounts((this.#atLastId ??= noCounts()), this.position);
  }

  /** Moves the newest event id to that of the cursor. */
  returnToCursor(): void {
    this.#atLastId = this.#atCursorId && { ...this.#atCursorId };
  }

  /** Keeps the position for a reader of the cursor. */
  keepForCursor(): void {
    setCounts((this.#atCursorId ??= noCounts()), this.position);
  }
}

/** The arguments or the result that a start has, as JSON. */
function fillingOf({ arguments: args, result }: InteractionStep): string {
  const hasResult = result !== undefined && result !== null;
  return isFilled(args) || hasResult ? JSON.stringify([args, result]) : '';
}

function isFilled(args: InteractionStep['arguments']): boolean {
  return isObject(args) && Object.keys(args).length > 0;
}
