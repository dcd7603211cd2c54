import type {
  InteractionEvent,
  InteractionStepDeltaEvent,
  InteractionStepStartEvent,
  InteractionStepStopEvent,
} from '../../interaction/interactionEvent.js';
import { hasCaughtUp, noCounts, freshDelta } from './deltaCounts.js';
import { IndexSet } from './indexSet.js';
import { StepProgress } from './stepProgress.js';
import { stepDeltas } from './stepDeltas.js';

/** Gets the events of an interaction that are new: an object, because a function for each reader is compiled anew. */
export interface EventSink {
  deliver(event: InteractionEvent): void;
}

/** The part of a progress that its cursor restores. */
export interface ProgressState {
  /** The newest event id at which no call and no result was half read. */
  readonly eventId: string | undefined;
  readonly stopped: IndexSet;
  /** The open steps of which something was delivered: texts and thoughts. */
  readonly steps: readonly StepProgress[];
  /** The numbers of events without a step, delivered, and at the event id. */
  readonly updates: number;
  readonly updatesAtId: number;
  /** The end of the interaction, which may have come without its token counts. */
  readonly end: 'open' | 'complete' | 'without usage';
  /** Whether the indices of the stream count the input, which is then the first step. */
  readonly countsInput: boolean;
}

/**
 * The part of an interaction that was delivered, so that each event is delivered once, whatever the server repeats.
 *
 * An event id alone is not enough to resume: many events have none. So the content of each step is counted twice: as
 * delivered, and at the newest event id. A connection that begins after that event starts to count there; a connection
 * that begins with the first event starts at 0, because each `step.start` resets its step.
 */
export class InteractionProgress {
  /** The newest event id. */
  lastEventId: string | undefined;
  end: ProgressState['end'] = 'open';
  countsInput = false;
  /** The newest event id at which no call and no result was half read, which another process can resume from. */
  cursorId: string | undefined;
  /** The steps that are open; their content is delivered as far as it has arrived. */
  readonly #open = new Map<number, StepProgress>();
  readonly stopped: IndexSet;
  /** The numbers of events without a step: delivered, in this connection, and at the two event ids. */
  updates = 0;
  #updatesRead = 0;
  #updatesAtLastId = 0;
  updatesAtCursorId = 0;
  /** Whether a connection has begun that may repeat events. Before that, all events are new. */
  #isResumed = false;
  #isConnected = false;
  /** Whether no event of a step has arrived in this connection. */
  #isAtStart = true;

  constructor(state?: ProgressState) {
    this.stopped = state?.stopped ?? new IndexSet();
    if (!state) return;
    this.#isResumed = true;
    this.end = state.end;
    this.countsInput = state.countsInput;
    this.lastEventId = state.eventId;
    this.cursorId = state.eventId;
    this.updates = state.updates;
    this.#updatesAtLastId = state.updatesAtId;
    this.updatesAtCursorId = state.updatesAtId;
    for (const step of state.steps) this.#open.set(step.index, step);
    this.#resume();
  }

  /** Prepares for the events of a connection. */
  connect(): void {
    if (this.#isConnected) this.#resume();
    this.#isConnected = true;
  }

  /** Prepares for a connection after another one: it may begin after the newest event id, before it, or at the start. */
  #resume(): void {
    this.#isResumed = true;
    this.#isAtStart = true;
    this.#updatesRead = this.#updatesAtLastId;
    for (const step of this.#open.values()) step.resume();
  }

  /** The steps that are open. */
  get openSteps(): Iterable<StepProgress> {
    return this.#open.values();
  }

  /** The open step of an index. */
  stepAt(index: number): StepProgress | undefined {
    return this.#open.get(index);
  }

  /** Whether a step has ended, with all its content delivered. */
  isStopped(index: number): boolean {
    return this.stopped.has(index) && !this.#open.has(index);
  }

  /** Forgets an open step, which begins again. */
  forget(index: number): void {
    this.#open.delete(index);
  }

  /** Whether nothing was delivered. */
  get isEmpty(): boolean {
    return this.updates === 0 && this.firstIndex === undefined;
  }

  /** The lowest index of a step so far. */
  get firstIndex(): number | undefined {
    const indices = [...this.#open.keys()];
    const first = /^\d+/.exec(this.stopped.toString())?.[0];
    if (first !== undefined) indices.push(Number(first));
    return indices.length === 0 ? undefined : Math.min(...indices);
  }

  /** The state that a cursor holds. */
  get state(): ProgressState {
    return {
      eventId: this.cursorId,
      stopped: this.stopped,
      steps: [...this.#open.values()].filter((step) => !step.isWhole),
      updates: this.updates,
      updatesAtId: this.updatesAtCursorId,
      end: this.end,
      countsInput: this.countsInput,
    };
  }

  /** Reads an event, and passes its new part to `sink`: the event itself, a shorter one, or the rest of a start as deltas. */
  read(event: InteractionEvent, sink: EventSink): void {
    if (this.#isAtStart) {
      const { event_id: id } = event;
      if (this.#isResumed && id !== undefined && id === this.lastEventId) {
        // A server that begins with the event, instead of after it.
        this.#resume();
        this.#isAtStart = false;
        return;
      }
      this.#isAtStart = !('index' in event);
    }
    switch (event.event_type) {
      case 'step.delta':
        this.#readDelta(event, sink);
        break;
      case 'step.start':
        this.#readStart(event, sink);
        break;
      case 'step.stop':
        this.#readStop(event, sink);
        break;
      case 'interaction.completed':
      case 'error':
        this.#reach(event);
        sink.deliver(event);
        break;
      default:
        this.#readUpdate(event, sink);
    }
  }

  #readDelta(event: InteractionStepDeltaEvent, sink: EventSink): void {
    const { index, delta } = event;
    const step = this.#open.get(index) ?? this.#begin(index, undefined);
    if (!step) return;
    const { position, delivered } = step;
    if (!this.#isResumed && delta.type === 'text' && typeof delta.text === 'string') {
      // Most events of a stream.
      position.text += delta.text.length;
      delivered.text = position.text;
      this.#reach(event);
      sink.deliver(event);
      return;
    }
    const fresh = freshDelta(delta, position, delivered);
    if (fresh && delta.type === 'arguments_delta') step.addArguments(fresh.arguments);
    if (hasCaughtUp(position, delivered)) this.#reach(event);
    if (fresh === delta) sink.deliver(event);
    else if (fresh) sink.deliver({ ...event, delta: fresh });
  }

  #readStart(event: InteractionStepStartEvent, sink: EventSink): void {
    const { index, step } = event;
    const known = this.#isResumed ? this.#open.get(index) : undefined;
    if (known && !known.beginsOtherwise(step)) {
      this.#repeatStart(known, event, sink);
      return;
    }
    if (known) this.#returnToCursor();
    const begun = this.#begin(index, step.type);
    if (!begun) return;
    if (index === 0) this.countsInput = step.type === 'user_input';
    if (begun.isWhole) begun.begin(step);
    for (const delta of stepDeltas(step)) freshDelta(delta, begun.position, begun.delivered);
    this.#reach(event);
    sink.deliver(event);
  }

  /** Reads the start of a step that is open: its content may be more than was delivered. */
  #repeatStart(step: StepProgress, event: InteractionStepStartEvent, sink: EventSink): void {
    Object.assign(step.position, noCounts());
    const deltas = stepDeltas(event.step);
    if (deltas.length === 0 && hasCaughtUp(step.position, step.delivered)) this.#reach(event);
    for (const delta of deltas) {
      const fresh = freshDelta(delta, step.position, step.delivered);
      // Without the id: the content of a start with several parts is delivered part by part.
      if (fresh) sink.deliver({ event_type: 'step.delta', index: event.index, delta: fresh });
    }
  }

  #readStop(event: InteractionStepStopEvent, sink: EventSink): void {
    const { index } = event;
    if (!this.#open.delete(index) && this.#isResumed && this.stopped.has(index)) return;
    this.stopped.add(index);
    this.#reach(event);
    sink.deliver(event);
  }

  #readUpdate(event: InteractionEvent, sink: EventSink): void {
    if (event.event_type === 'interaction.created') this.#updatesRead = 0;
    this.#updatesRead += 1;
    const isFresh = this.#updatesRead > this.updates;
    if (isFresh) this.updates = this.#updatesRead;
    if (this.#updatesRead >= this.updates) this.#reach(event);
    if (isFresh) sink.deliver(event);
  }

  /**
   * Returns to the event id of the cursor, where no call and no result is half read: one begins again, as another server
   * cuts it, so that its counts at the newest event id are void.
   */
  #returnToCursor(): void {
    this.lastEventId = this.cursorId;
    this.#updatesAtLastId = this.updatesAtCursorId;
    for (const step of this.#open.values()) step.returnToCursor();
  }

  /** Begins a step, unless the step has ended and is repeated. */
  #begin(index: number, type: string | undefined): StepProgress | undefined {
    if (this.#isResumed && this.stopped.has(index)) return undefined;
    const step = new StepProgress(index, type);
    this.#open.set(index, step);
    return step;
  }

  /** Moves to the id of an event, up to which everything was delivered. */
  #reach({ event_id: id }: InteractionEvent): void {
    // Some servers send `null` or an empty text.
    if (!id) return;
    this.lastEventId = id;
    this.#updatesAtLastId = this.#updatesRead;
    let isHalf = false;
    for (const step of this.#open.values()) {
      step.keep();
      isHalf ||= step.isWhole;
    }
    if (isHalf) return;
    this.cursorId = id;
    this.updatesAtCursorId = this.#updatesRead;
    for (const step of this.#open.values()) step.keepForCursor();
  }
}
