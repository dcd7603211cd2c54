import type {
  InteractionEvent,
  InteractionResource,
  InteractionStatus,
  InteractionUsage,
} from '../../interaction/interactionEvent.js';
import type { InteractionStep } from '../../interaction/interactionStep.js';
import type { EmulatorEvent, EmulatorInteraction } from './interactionScenario.js';
import { foldSteps } from '../../interaction/foldSteps.js';
import { InteractionLog } from '../../interaction/interactionLog.js';
import { randomId } from '../randomId.js';
import type { EmulatorScenario } from '../scenario.js';

/** The fields of a run that its request decides. */
export interface RunRequest {
  readonly id: string;
  readonly model: string;
  readonly agent: string | undefined;
  readonly input: readonly InteractionStep[];
  readonly rawInput: unknown;
  readonly previousId: string | undefined;
  readonly background: boolean;
  readonly store: boolean;
}

/** An interaction of the emulator: its log, its state, and a way to stop it. */
export class EmulatedRun {
  readonly request: RunRequest;
  readonly log = new InteractionLog();
  id: string;
  status: InteractionStatus = 'in_progress';
  /** The scenario by which the run and its later requests are answered. */
  scenario: EmulatorScenario = {};
  /** The token counts, also before they are reported. */
  usage: InteractionUsage | undefined;
  /** The numbers of later requests so far, by their kind. */
  readonly followUps = { resumes: 0, polls: 0, cancels: 0 };
  /** The token with which the next request continues the run, if it ends with `requires_continuation`. */
  readonly continuationToken = randomId();
  /** Resolves when the run has ended, for any reason. */
  readonly ended: Promise<void>;
  #end = (): void => undefined;
  readonly #controller = new AbortController();
  readonly #created = new Date();
  #updated = this.#created;
  #errors: unknown[] = [];
  #token: string | undefined;
  #isOver = false;
  #overAt = 0;

  constructor(request: RunRequest) {
    this.request = request;
    this.id = request.id;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get interaction(): EmulatorInteraction {
    return this.scenario.interaction ?? {};
  }

  /** Aborts when the run is stopped. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the last event has been written. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the run continues without a reader. */
  get isDetached(): boolean {
    return this.request.background || this.interaction.survives === true;
  }

  /** Writes an event to the log, with an id if it is its turn, and returns the event as it is sent. */
  append(event: EmulatorEvent): InteractionEvent {
    const { events, eventIds = events || !this.isDetached ? 0 : 1 } = this.interaction;
    const number = this.log.length + 1;
    const hasId = eventIds > 0 && number % eventIds === 0 && !('event_id' in event);
    const written = (hasId ? { ...event, event_id: eventId(number, event) } : event) as InteractionEvent;
    this.#read(written);
    this.log.append(written);
    return written;
  }

  /** Ends the log after the last event. */
  end(): void {
    this.log.close();
    this.#end();
  }

  /** Ends the run before its last event. */
  stop(): void {
    this.#controller.abort();
    this.end();
  }

  /** Ends the run as cancelled. */
  cancel(): void {
    this.append({ event_type: 'interaction.completed', interaction: this.summary('cancelled') });
    this.stop();
  }

  /** The fields of the interaction in an event. */
  summary(status: InteractionStatus, more: object = {}): InteractionResource {
    const { model, agent } = this.request;
    const { environmentId } = this.interaction;
    const answerer = agent === undefined ? { model } : { agent };
    const environment = environmentId === undefined ? {} : { environment_id: environmentId };
    const resource = { id: this.id, status, object: 'interaction', ...answerer, ...environment, ...more };
    return resource;
  }

  /** The interaction as a `get` returns it. */
  resource(includeInput = false): InteractionResource {
    const { rawInput, previousId } = this.request;
    const { usageDelay = 0 } = this.interaction;
    const isReported = this.#isOver && performance.now() - this.#overAt >= usageDelay;
    return this.summary(this.status, {
      ...this.times(),
      ...(previousId !== undefined && { previous_interaction_id: previousId }),
      ...(includeInput && { input: rawInput }),
      steps: foldSteps(this.log.events),
      ...(isReported && this.usage && { usage: this.usage }),
      ...(this.#errors.length > 0 && { errors: this.#errors }),
      ...(this.#token !== undefined && { continuation_token: this.#token }),
    });
  }

  /** The times of the creation and of the last event, to the second. */
  times(): { readonly created: string; readonly updated: string } {
    return { created: toRfc3339(this.#created), updated: toRfc3339(this.#updated) };
  }

  /** Takes the state from an event, also from an event of a test. */
  #read(event: InteractionEvent): void {
    this.#updated = new Date();
    if (event.event_type === 'interaction.created') this.id = event.interaction.id;
    if (event.event_type === 'interaction.status_update') this.status = event.status;
    if (event.event_type === 'error') {
      this.status = 'failed';
      this.#errors = [event.error];
    }
    if (event.event_type === 'interaction.completed') {
      const { status, usage, continuation_token, errors } = event.interaction as InteractionResource & {
        readonly errors?: unknown[];
      };
      this.status = status;
      this.usage = usage ?? this.usage;
      this.#token = continuation_token;
      this.#errors = errors ?? this.#errors;
    }
    if (event.event_type !== 'interaction.completed' && event.event_type !== 'error') return;
    this.#isOver = true;
    this.#overAt = performance.now();
  }
}

/** An opaque id in the form of the service's, with characters that a query must escape. */
function eventId(number: number, { event_type: type }: EmulatorEvent): string {
  return `v1_${btoa(`${String(number)}_${String(type)}`)}`;
}

const toRfc3339 = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');
