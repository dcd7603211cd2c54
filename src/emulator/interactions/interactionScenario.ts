import type { InteractionEvent, InteractionStatus, InteractionUsage } from '../../interaction/interactionEvent.js';
import type { InteractionStep } from '../../interaction/interactionStep.js';
import type { EmulatorConnection } from '../connection.js';

/** An event of an interaction's stream: a typed one, or any other object, sent unchanged. @public */
export type EmulatorEvent = InteractionEvent | Readonly<Record<string, unknown>>;

/**
 * The part of a scenario that only the Interactions API has: see {@link EmulatorScenario.interaction}. `generateContent`
 * ignores this part.
 *
 * The content is `steps` or `events`; without these, the `text` or the `chunks` of the scenario, which become steps, or
 * the text of `defaultReply`. The other fields can be combined with any content.
 *
 * @public
 */
export interface EmulatorInteraction {
  /**
   * The steps of the answer, with texts and arguments cut into deltas of 16 characters. The steps of an async iterable
   * are sent as they arrive. A step of a function call without its result leaves the status `requires_action`.
   */
  readonly steps?: Iterable<InteractionStep> | AsyncIterable<InteractionStep> | undefined;
  /**
   * The events of the stream, from `interaction.created` to `interaction.completed`, sent unchanged: a test can leave out
   * the last, and decides all fields and ids. The state that a `get` returns is read from these events.
   */
  readonly events?: Iterable<EmulatorEvent> | AsyncIterable<EmulatorEvent> | undefined;

  /** The id; `''` keeps nothing, as `store: false` does. @defaultValue an id of its own for each interaction */
  readonly id?: string | undefined;
  /**
   * The status at the end. @defaultValue `failed` with `error`, `requires_continuation` with `continuation`,
   * `incomplete` after `MAX_TOKENS`, `requires_action` with an unanswered function call, else `completed`
   */
  readonly status?: InteractionStatus | undefined;
  /** The error of an interaction that fails, in the list `errors` of its last event and of each later `get`. */
  readonly error?: { readonly code: string; readonly message?: string | undefined } | undefined;
  /** The token counts. `null` reports none. @defaultValue `usage` of the scenario, else estimates */
  readonly usage?: InteractionUsage | null | undefined;
  /** The environment in which an agent works. @defaultValue no environment */
  readonly environmentId?: string | undefined;
  /** The time in the status `queued` before the first step, in ms. @defaultValue not queued */
  readonly queued?: number | undefined;
  /**
   * The time after the end from which a `get` reports the token counts, in ms; the last event then reports none, as
   * Deep Research often does. `Infinity` never reports them. @defaultValue 0, in the last event
   */
  readonly usageDelay?: number | undefined;
  /**
   * Whether a foreground run continues without its connection and can be resumed, as a background run can.
   * @defaultValue false: the run ends with its connection, and is answered with 404 from then on
   */
  readonly survives?: boolean | undefined;

  /**
   * The distance between the events with an `event_id`: 1 is each event, 3 is every third, 0 is no event. An event of
   * `events` keeps its own id.
   * @defaultValue 1 in the background, else 0, as the service does; 0 for `events`
   */
  readonly eventIds?: number | undefined;
  /** Whether the first piece of a text or a thought is in its `step.start`. @defaultValue false */
  readonly textInStart?: boolean | undefined;
  /** Whether the deltas of a text have no `type`, and the summaries of thoughts no `content.type`. @defaultValue false */
  readonly untypedDeltas?: boolean | undefined;
  /**
   * Whether the events have their names of early 2026: `interaction.start`, `content.start`, `content.delta`,
   * `content.stop` and `interaction.complete`. @defaultValue false
   */
  readonly oldNames?: boolean | undefined;

  /** The faults of each `get` with `stream=true`. The faults of the scenario itself are those of the create alone. */
  readonly resumes?: EmulatorFollowUps | undefined;
  /** The faults of each other `get`. */
  readonly polls?: EmulatorFollowUps | undefined;
  /** The faults of each `cancel`. One that is answered with an error or a `body` cancels nothing. */
  readonly cancels?: EmulatorFollowUps | undefined;
}

/**
 * The faults of later requests of one kind for an interaction: the same for each request; a list for the first requests,
 * after which the others have no faults; or a function of the number of such requests before this one.
 *
 * @public
 */
export type EmulatorFollowUps =
  EmulatorFollowUp | readonly EmulatorFollowUp[] | ((index: number) => EmulatorFollowUp | undefined);

/**
 * The faults of one later request for an interaction. The packets, the lines and the heartbeats of the create apply here
 * too, unless they are given.
 *
 * @public
 */
export interface EmulatorFollowUp extends EmulatorConnection {
  /**
   * The first event of a stream: the one after `last_event_id`, or the first of the run in spite of it.
   * @defaultValue 'after'
   */
  readonly replay?: 'after' | 'start' | undefined;
  /**
   * The length to which the texts and the arguments of a stream are cut anew, in UTF-16 units, never within a character;
   * an event id stays only where a new piece ends with its old one. @defaultValue the deltas as they were sent at first
   */
  readonly recut?: number | undefined;
  /**
   * Whether a stream is silent for ever after the events that exist at the time of the request, without the last event
   * of the run. @defaultValue false
   */
  readonly silent?: boolean | undefined;
}
