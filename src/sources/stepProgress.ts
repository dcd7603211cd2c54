import { isWholeStep } from '../interaction/wholeStep.js';
import type { InteractionStep } from '../interaction/interactionStep.js';
import { isObject } from '../rx/isObject.js';
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
  /** Whether the start of a call or a result had its arguments or its result. */
  isFilled = false;

  constructor(index: number, type: string | undefined) {
    this.index = index;
    this.type = type;
    // The types of steps are a few words; those that this version does not know are encoded.
    this.cursorHead = `${String(index)}:${encodeURIComponent(type ?? '')}:`;
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
  begin({ arguments: args, result }: InteractionStep): void {
    const hasArguments = isObject(args) && Object.keys(args).length > 0;
    if (hasArguments) this.args = JSON.stringify(args);
    this.isFilled = hasArguments || (result !== undefined && result !== null);
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

  /** Keeps the position for a reader of the cursor. */
  keepForCursor(): void {
    setCounts((this.#atCursorId ??= noCounts()), this.position);
  }
}
