import type { InteractionAnnotation, InteractionContent, InteractionStep } from './interactionStep.js';

/** The status of an interaction: a known one, or any other string, because the service adds new ones. @public */
export type InteractionStatus =
  | 'queued'
  | 'in_progress'
  | 'requires_action'
  | 'requires_continuation'
  | 'completed'
  | 'incomplete'
  | 'failed'
  | 'cancelled'
  | 'budget_exceeded'
  | (string & {});

/** An event of an interaction's stream, as the server sends it. Events of types that are not listed here occur. @public */
export type InteractionEvent =
  | InteractionCreatedEvent
  | InteractionStatusEvent
  | InteractionStepStartEvent
  | InteractionStepDeltaEvent
  | InteractionStepStopEvent
  | InteractionCompletedEvent
  | InteractionErrorEvent;

/** The fields that any event may have. @public */
export interface InteractionEventFields {
  /** The id after which the server can resume the stream; many events have none. */
  readonly event_id?: string | undefined;
}

/** The first event of an interaction. @public */
export interface InteractionCreatedEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'interaction.created';
  /** The interaction. */
  readonly interaction: InteractionResource;
}

/** A change of the status. @public */
export interface InteractionStatusEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'interaction.status_update';
  /** The id of the interaction. */
  readonly interaction_id: string;
  /** The status. */
  readonly status: InteractionStatus;
  /** The token counts so far. */
  readonly usage?: InteractionUsage | undefined;
  /** The token with which the reply is continued. */
  readonly continuation_token?: string | undefined;
}

/** The start of a step, which may hold the first part of its content. @public */
export interface InteractionStepStartEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'step.start';
  /** The index of the step in the interaction. */
  readonly index: number;
  /** The step, which may lack its content. */
  readonly step: InteractionStep;
}

/** A piece of a step. @public */
export interface InteractionStepDeltaEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'step.delta';
  /** The index of the step. */
  readonly index: number;
  /** The piece. */
  readonly delta: InteractionDelta;
  /** The token counts so far, as `total_usage`. */
  readonly metadata?: { readonly total_usage?: InteractionUsage | undefined } | undefined;
}

/** The end of a step. @public */
export interface InteractionStepStopEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'step.stop';
  /** The index of the step. */
  readonly index: number;
  /** The token counts of the interaction so far. */
  readonly usage?: InteractionUsage | undefined;
  /** The token counts of this step. */
  readonly step_usage?: InteractionUsage | undefined;
}

/** The last event of an interaction, also of one that failed or waits for the results of its calls. @public */
export interface InteractionCompletedEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'interaction.completed';
  /** The interaction. */
  readonly interaction: InteractionResource;
}

/** An error of the server within the stream. @public */
export interface InteractionErrorEvent extends InteractionEventFields {
  /** The type of the event. */
  readonly event_type: 'error';
  /** The code and the words of the server. */
  readonly error?: { readonly code?: string | undefined; readonly message?: string | undefined } | undefined;
}

/** An interaction, as events and `interactions.get` describe it. @public */
export interface InteractionResource {
  /** The id; `''` if the interaction is not stored. */
  readonly id: string;
  /** The status. */
  readonly status: InteractionStatus;
  /** The model that answers. */
  readonly model?: string | undefined;
  /** The agent that answers. */
  readonly agent?: string | undefined;
  /** The time of the creation, in RFC 3339. */
  readonly created?: string | undefined;
  /** The time of the last change, in RFC 3339. */
  readonly updated?: string | undefined;
  /** The token counts so far. */
  readonly usage?: InteractionUsage | undefined;
  /** The steps so far, from `interactions.get`. */
  readonly steps?: readonly InteractionStep[] | undefined;
  /** The errors of an interaction that failed, from `interactions.get`. */
  readonly errors?: readonly NonNullable<InteractionErrorEvent['error']>[] | undefined;
  /** The token with which a reply is continued that was too long for one request. */
  readonly continuation_token?: string | undefined;
  /** The environment in which an agent works. */
  readonly environment_id?: string | undefined;
}

/**
 * A piece of a step: a piece of a text or of the JSON of arguments, or a whole image, annotation, call or result.
 *
 * @public
 */
export interface InteractionDelta {
  /**
   * The type: `text`, `thought_summary`, `thought_signature`, `arguments_delta`, `text_annotation_delta`, `image`,
   * `google_search_call`, …. Some streams omit it for a text.
   */
  readonly type?: string | undefined;
  /** A piece of a text. */
  readonly text?: string | undefined;
  /** A piece of a thought's summary. */
  readonly content?: InteractionContent | undefined;
  /** An opaque signature. */
  readonly signature?: string | undefined;
  /** A piece of the JSON of a function's arguments, or the arguments of a tool of the server. */
  readonly arguments?: string | Readonly<Record<string, unknown>> | undefined;
  /** The sources of the text. */
  readonly annotations?: readonly InteractionAnnotation[] | undefined;
  /** The base64 bytes of a file. */
  readonly data?: string | undefined;
  /** The URI of a file. */
  readonly uri?: string | undefined;
  /** The MIME type of a file. */
  readonly mime_type?: string | undefined;
  /** The result of a tool of the server. */
  readonly result?: unknown;
  /** Whether the result is a failure of the tool. */
  readonly is_error?: boolean | undefined;
  /** The name of the tool. */
  readonly name?: string | undefined;
  /** The name of the MCP server of a tool. */
  readonly server_name?: string | undefined;
}

/** The token counts of an interaction: running totals, so that the latest report is valid. @public */
export interface InteractionUsage {
  /** The tokens of the input, including cached tokens. */
  readonly total_input_tokens?: number | undefined;
  /** The tokens of the answer, without thoughts. */
  readonly total_output_tokens?: number | undefined;
  /** The tokens of the thoughts. */
  readonly total_thought_tokens?: number | undefined;
  /** The tokens of the input that came from a cache. */
  readonly total_cached_tokens?: number | undefined;
  /** The tokens of the results of tools. */
  readonly total_tool_use_tokens?: number | undefined;
  /** The sum of all tokens. */
  readonly total_tokens?: number | undefined;
  /** `total_input_tokens` by modality. */
  readonly input_tokens_by_modality?: readonly ModalityTokens[] | undefined;
  /** `total_output_tokens` by modality. */
  readonly output_tokens_by_modality?: readonly ModalityTokens[] | undefined;
  /** `total_cached_tokens` by modality. */
  readonly cached_tokens_by_modality?: readonly ModalityTokens[] | undefined;
  /** `total_tool_use_tokens` by modality. */
  readonly tool_use_tokens_by_modality?: readonly ModalityTokens[] | undefined;
}

/** The tokens of one modality. @public */
export interface ModalityTokens {
  /** The modality: `text`, `image`, `audio`, `video`, `document`. */
  readonly modality?: string | undefined;
  /** The number of tokens. */
  readonly tokens?: number | undefined;
}
