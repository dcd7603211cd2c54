import type { Subscriber } from 'rxjs';
import type { ReplyInteraction, Resumed } from '../../chunk/annotations.js';
import { GeminiError } from '../../errors/geminiError.js';
import { interactionStatusError } from '../../errors/interactionError.js';
import type { InteractionEvent, InteractionResource } from '../../interaction/interactionEvent.js';
import { CursorWriter } from './interactionCursor.js';
import type { InteractionStart } from './interactionParams.js';
import { polledEvents } from './polledEvents.js';
import { InteractionProgress, type EventSink, type ProgressState } from './interactionProgress.js';

/** The values of a source for the events of one interaction. */
export interface EventMapper<T> {
  /** Whether content of the reply has arrived. */
  readonly hasContent: boolean;
  /**
   * Emits the values of an event.
   *
   * @throws GeminiError - For an event that ends the interaction with a failure.
   */
  read(event: InteractionEvent, run: InteractionRun<T>, destination: Subscriber<T>): void;
}

/** One interaction over all its connections: its id and status, and which of its events were delivered. */
export class InteractionRun<T> implements EventSink {
  /** The id; undefined until the server has sent it, and `''` if it does not store the interaction. */
  id: string | undefined;
  /** Whether the interaction runs in the background, or is followed by its id: it continues without a reader. */
  readonly isBackground: boolean;
  progress: InteractionProgress;
  /** Whether the request that starts the interaction has been made. */
  isSent = false;
  /** Called once the id is known. */
  onId: ((id: string) => void) | undefined;
  /** Whether the interaction has ended, well or badly: no other connection has more of it. */
  isOver = false;
  /** Whether something new has arrived since the last call of {@link takeProgress}. */
  #hasProgress = false;
  /** The status; `''` until the server has reported that of an interaction that is followed. */
  #status: string;
  #step: ReplyInteraction['step'];
  #environmentId: string | undefined;
  /** The annotation of the last value, and whether it may have changed. */
  #place: ReplyInteraction | undefined;
  #isPlaceOld = false;
  readonly #cursor = new CursorWriter();
  /** The mark of the next value: a connection broke before it. */
  #seam: Resumed | undefined;
  readonly #mapper: EventMapper<T>;
  /** The subscriber of the present connection. */
  #destination: Subscriber<T> | undefined;

  constructor(start: InteractionStart, mapper: (state: ProgressState) => EventMapper<T>) {
    this.#status = start.params ? 'in_progress' : '';
    this.isBackground = !start.params || start.params.background === true;
    this.id = start.id;
    this.progress = new InteractionProgress(start.params ? undefined : start.after);
    this.isOver = this.progress.end !== 'open';
    const { state } = this.progress;
    this.#mapper = mapper(state);
    const open = state.steps.at(-1);
    if (open) this.#moveTo(open.index);
  }

  get hasContent(): boolean {
    return this.#mapper.hasContent;
  }

  get status(): string {
    return this.#status;
  }

  /** Whether another connection can send the rest. */
  get isResumable(): boolean {
    const hasId = this.id !== undefined && this.id !== '';
    return hasId && !this.isOver && (this.isBackground || this.progress.lastEventId !== undefined);
  }

  /** Whether the token counts must be read after the end. */
  get isWithoutUsage(): boolean {
    return this.progress.end === 'without usage';
  }

  /** The annotation of the next value. */
  get place(): ReplyInteraction {
    const last = this.#place;
    if (last && !this.#isPlaceOld) return last;
    this.#isPlaceOld = false;
    const cursor = this.#cursor.format(this.progress);
    const isSame =
      last?.cursor === cursor &&
      last.status === this.#status &&
      last.step === this.#step &&
      last.id === this.id &&
      last.environmentId === this.#environmentId;
    return isSame ? last : (this.#place = this.#makePlace(cursor));
  }

  /** Makes an annotation, for each chunk: without spreads, which would cost as much again. */
  #makePlace(cursor: string): ReplyInteraction {
    const place: { -readonly [K in keyof ReplyInteraction]: ReplyInteraction[K] } = {
      id: this.id ?? '',
      status: this.#status,
      cursor,
    };
    if (this.isBackground) place.background = true;
    if (this.#step) place.step = this.#step;
    if (this.#environmentId !== undefined) place.environmentId = this.#environmentId;
    return place;
  }

  /** Marks the next value: a connection broke before it. */
  markSeam(seam: Resumed): void {
    this.#seam = seam;
  }

  /** The mark of the next value, once. */
  takeSeam(): Resumed | undefined {
    const seam = this.#seam;
    this.#seam = undefined;
    return seam;
  }

  /** Whether something new has arrived since the last call. */
  takeProgress(): boolean {
    const hasProgress = this.#hasProgress;
    this.#hasProgress = false;
    return hasProgress;
  }

  /**
   * Reads an event, and emits the values of its new part.
   *
   * @throws GeminiError - For an event that ends the interaction with a failure.
   */
  read(event: InteractionEvent, destination: Subscriber<T>): void {
    // The stream ends before the interaction does, which goes on.
    if (event.event_type === 'interaction.completed' && ongoing.has(event.interaction.status)) return;
    this.#observe(event);
    this.#destination = destination;
    // The step is no longer open when its end is delivered.
    if (event.event_type === 'step.stop') this.#moveTo(event.index);
    this.progress.read(event, this);
  }

  /**
   * Emits the values of the new part of an interaction that was polled.
   *
   * @throws GeminiError - If the interaction has ended with a failure.
   */
  readPolled(resource: InteractionResource, destination: Subscriber<T>): void {
    const { steps: _, ...fields } = resource;
    const isOver = !ongoing.has(resource.status);
    // A subscriber that leaves in the middle has nothing to cancel.
    this.isOver = isOver;
    this.progress.connect();
    if (this.progress.isEmpty) this.read({ event_type: 'interaction.created', interaction: fields }, destination);
    else if (!isOver && resource.status !== this.#status) this.#update(resource, destination);
    for (const event of polledEvents(resource, this.progress, isOver)) this.read(event, destination);
    if (isOver) this.read({ event_type: 'interaction.completed', interaction: resource }, destination);
  }

  /** Emits the token counts, which are missing in the end of an interaction. */
  addUsage(resource: InteractionResource, destination: Subscriber<T>): void {
    this.progress.end = 'complete';
    if (resource.usage) this.#update(resource, destination);
  }

  #update({ id, status, usage }: InteractionResource, destination: Subscriber<T>): void {
    this.#status = status;
    this.#deliver({ event_type: 'interaction.status_update', interaction_id: id, status, usage }, destination);
  }

  /** @throws GeminiError - Unless the stream, which has ended, is whole. */
  assertOver(): void {
    if (this.isOver) return;
    const failure = interactionStatusError(this.#status, undefined);
    if (failure) {
      this.isOver = true;
      throw failure;
    }
    throw new GeminiError('The stream ended before the interaction was complete', { kind: 'truncated' });
  }

  /** Begins the next of several interactions that are one reply. */
  continueWithNext(): void {
    this.progress = new InteractionProgress();
    this.id = undefined;
    this.isOver = false;
    this.#place = undefined;
    this.#step = undefined;
  }

  /** Emits the values of an event that is new. Called by the progress. */
  deliver(event: InteractionEvent): void {
    if (this.#destination) this.#deliver(event, this.#destination);
  }

  #deliver(event: InteractionEvent, destination: Subscriber<T>): void {
    this.#isPlaceOld = true;
    this.#hasProgress = true;
    if ('index' in event) this.#moveTo(event.index);
    try {
      this.#mapper.read(event, this, destination);
    } catch (cause) {
      // Another connection would repeat the event, which counts as delivered, in vain.
      this.isOver = true;
      throw cause;
    }
  }

  /** Reads the fields of the interaction itself. */
  #observe(event: InteractionEvent): void {
    switch (event.event_type) {
      case 'step.delta':
      case 'step.start':
      case 'step.stop':
        return;
      case 'interaction.created':
        this.#observeResource(event.interaction);
        return;
      case 'interaction.status_update':
        if (this.id === undefined && typeof event.interaction_id === 'string') this.#setId(event.interaction_id);
        this.#status = event.status;
        return;
      case 'interaction.completed':
        this.#observeResource(event.interaction);
        this.#observeEnd(event.interaction);
        return;
      case 'error':
        this.isOver = true;
        this.#status = 'failed';
        return;
      default:
    }
  }

  #setId(id: string): void {
    const isNew = this.id === undefined;
    this.id = id;
    if (isNew) this.onId?.(id);
  }

  #observeResource({ id, status, environment_id: environmentId }: InteractionResource): void {
    if (id !== '' || this.id === undefined) this.#setId(id);
    this.#status = status;
    this.#environmentId = environmentId ?? this.#environmentId;
  }

  #observeEnd({ status, usage }: InteractionResource): void {
    this.isOver = true;
    // A reader of the cursor of a failure must get the failure as well.
    if (!interactionStatusError(status, undefined)) this.progress.end = usage ? 'complete' : 'without usage';
  }

  #moveTo(index: number): void {
    if (this.#step?.index === index) return;
    const type = this.progress.stepAt(index)?.type;
    if (type !== undefined) this.#step = { index, type };
  }
}

/** The statuses with which an interaction goes on after its stream. */
const ongoing: ReadonlySet<string> = new Set(['queued', 'in_progress']);
