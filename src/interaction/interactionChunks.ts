import type { ReplyInteraction } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent, isContentPart } from '../chunk/hasContent.js';
import { answerTextOf } from '../chunk/partList.js';
import type { GeminiCandidate, GeminiPart } from '../chunk/response.js';
import { toChunk } from '../chunk/toChunk.js';
import { UsageTally } from '../chunk/usageTally.js';
import { GeminiError, isGeminiError, withContext } from '../errors/geminiError.js';
import { interactionError, interactionStatusError, type InteractionErrorContext } from '../errors/interactionError.js';
import { isObject } from '../rx/isObject.js';
import type {
  InteractionDelta,
  InteractionEvent,
  InteractionResource,
  InteractionStatus,
  InteractionStepDeltaEvent,
  InteractionStepStartEvent,
  InteractionStepStopEvent,
  InteractionUsage,
} from './interactionEvent.js';
import type { InteractionAnnotation, InteractionStep } from './interactionStep.js';
import { errorOfInteraction } from './errorOfInteraction.js';
import { itemsOf } from './itemsOf.js';
import { toUsageMetadata } from './interactionUsage.js';
import { partsOfStep, toContentPart } from './partsOfStep.js';
import { SourceList, type CandidateSources } from './sourceList.js';
import { isWholeStep, WholeStep } from './wholeStep.js';

/**
 * The mapping of the events of one interaction to chunks, for one subscription: also over several connections, if each
 * piece of the reply is read once.
 *
 * The chunks are in the normal form of {@link toChunk}. Texts, thoughts and files are emitted as they arrive; a call or a
 * result is emitted at its `step.stop` (see {@link isWholeStep}). Holds the open calls and results, and the sources of
 * the answer.
 */
export class InteractionChunks {
  /** The open steps by their index: their type, or a call or a result that is being collected. */
  readonly #open = new Map<number, string | WholeStep>();
  readonly #sources = new SourceList();
  readonly #usage = new UsageTally();
  #modelVersion: string | undefined;
  /** The error of the last step that had one, which explains a status. */
  #stepError: InteractionStep['error'];
  #hasContent: boolean;

  /**
   * @param hasContent - Whether content of the reply arrived before, for a reader that goes on after a cursor.
   */
  constructor(hasContent = false) {
    this.#hasContent = hasContent;
  }

  /** Whether content has arrived, so that a reason to block is one of the answer and not of the prompt. */
  get hasContent(): boolean {
    return this.#hasContent;
  }

  /**
   * Reads the next event.
   *
   * @param event - The event. The `steps` of an `interaction.completed` are not read: they repeat the steps before.
   * @param interaction - The annotation of the chunk.
   * @returns A chunk; a notice for a status, and for the start of a step without content; undefined for an event that
   * adds nothing yet and for an unknown one.
   * @throws GeminiError - For an `error` event; for `interaction.completed` with the status `failed`, `cancelled` or
   * `budget_exceeded`; for a call whose arguments are not the JSON of an object; for fields of the wrong type. Its
   * `partial` is `{ text: '', interaction }`, with the token counts of the event if it has any. A `status_update` never
   * fails: the event that ends the interaction has the reason. If the stream ends after such a status,
   * `interactionStatusError` makes the error.
   */
  read(event: InteractionEvent, interaction: ReplyInteraction): GeminiChunk | undefined {
    try {
      return this.#read(event, interaction);
    } catch (cause) {
      if (isGeminiError(cause)) throw cause;
      const { partial } = this.#context(interaction);
      throw new GeminiError('An event of the interaction has fields of the wrong type', {
        kind: 'protocol',
        partial,
        cause,
      });
    }
  }

  #read(event: InteractionEvent, interaction: ReplyInteraction): GeminiChunk | undefined {
    switch (event.event_type) {
      case 'step.delta':
        return this.#readDelta(event, interaction);
      case 'step.start':
        return this.#readStart(event, interaction);
      case 'step.stop':
        return this.#readStop(event, interaction);
      case 'interaction.status_update':
        return this.#chunk({ usage: event.usage }, interaction) ?? { text: '', interaction };
      case 'interaction.created':
        return this.#readCreated(event.interaction, interaction);
      case 'interaction.completed':
        return this.#readCompleted(event.interaction, interaction);
      case 'error':
        throw interactionError(event.error, this.#context(interaction));
      default:
        return undefined;
    }
  }

  #readDelta(event: InteractionStepDeltaEvent, interaction: ReplyInteraction): GeminiChunk | undefined {
    const { delta, metadata } = event;
    if (!isObject(delta)) return undefined;
    const step = this.#open.get(event.index) ?? this.#openUnseen(event);
    const usage = metadata?.total_usage;
    if (typeof step !== 'string') {
      step.add(delta);
      return this.#chunk({ usage }, interaction);
    }
    const isSkipped = step === 'user_input';
    const part = isSkipped ? undefined : toDeltaPart(delta, step === 'thought');
    const annotations = isSkipped ? undefined : (delta as InteractionDelta).annotations;
    if (!usage && !annotations) return part && this.#partChunk(part, interaction);
    const candidate = toCandidate(part ? [part] : [], this.#sources.add(itemsOf(annotations)));
    return this.#chunk({ candidate, usage }, interaction);
  }

  /** Opens the step of a delta whose start was not seen: a call or a result by the type of the delta, else the answer. */
  #openUnseen({ index, delta: { type = '' } }: InteractionStepDeltaEvent): string | WholeStep {
    const stepType = type === 'arguments_delta' ? 'function_call' : type;
    const step = isWholeStep(stepType) ? new WholeStep({ type: stepType }) : 'model_output';
    this.#open.set(index, step);
    return step;
  }

  #readStart({ index, step }: InteractionStepStartEvent, interaction: ReplyInteraction): GeminiChunk | undefined {
    if (!isObject(step) || typeof step.type !== 'string') return undefined;
    const { type, error } = step;
    if (isObject(error)) this.#stepError = error;
    this.#open.set(index, isWholeStep(type) ? new WholeStep(step) : type);
    const isHeld = isWholeStep(type) || type === 'user_input';
    const candidate = isHeld ? undefined : toCandidate(startParts(step), this.#sources.add(startAnnotations(step)));
    return this.#chunk({ candidate }, interaction) ?? { text: '', interaction };
  }

  #readStop({ index, usage }: InteractionStepStopEvent, interaction: ReplyInteraction): GeminiChunk | undefined {
    const step = this.#open.get(index);
    this.#open.delete(index);
    const candidate = step instanceof WholeStep ? toCandidate(this.#partsOf(step, interaction)) : undefined;
    return this.#chunk({ candidate, usage }, interaction);
  }

  #readCreated(resource: InteractionResource, interaction: ReplyInteraction): GeminiChunk | undefined {
    return isObject(resource) ? this.#chunk({ usage: resource.usage, resource }, interaction) : undefined;
  }

  #readCompleted(resource: InteractionResource, interaction: ReplyInteraction): GeminiChunk | undefined {
    if (!isObject(resource)) return undefined;
    const { status, usage } = resource;
    const error = errorOfInteraction(resource) ?? this.#stepError;
    const failure = interactionStatusError(status, error, this.#context(interaction, usage));
    if (failure) throw failure;
    const candidate = {
      ...toCandidate(status === 'incomplete' ? [] : this.#openParts(interaction), this.#sources.rest()),
      index: 0,
      ...finishOf(status, error),
    };
    const chunk = this.#chunk({ candidate, usage, resource }, interaction);
    if (status === 'requires_continuation') this.#usage.nextRequest();
    this.#open.clear();
    return chunk;
  }

  /** The parts of the calls and results that are still open at the end: some streams have no last `step.stop`. */
  #openParts(interaction: ReplyInteraction): GeminiPart[] {
    return [...this.#open.values()].flatMap((step) =>
      step instanceof WholeStep ? this.#partsOf(step, interaction) : [],
    );
  }

  #partsOf(step: WholeStep, interaction: ReplyInteraction): GeminiPart[] {
    try {
      return partsOfStep(step.whole());
    } catch (error) {
      throw isGeminiError(error) ? withContext(error, this.#context(interaction)) : error;
    }
  }

  /** The context of an error, whose partial reply has the token counts of its event. */
  #context(interaction: ReplyInteraction, usage?: InteractionUsage): InteractionErrorContext {
    return { hasContent: this.#hasContent, partial: this.#chunk({ usage }, interaction) ?? { text: '', interaction } };
  }

  /** Builds the chunk of one part at once: a spread, or a field that is added later, would cost ten times as much. */
  #partChunk(part: GeminiPart, interaction: ReplyInteraction): GeminiChunk {
    this.#hasContent ||= isContentPart(part);
    const text = answerTextOf(part);
    const candidates = [{ index: 0, content: { role: 'model', parts: [part] } }];
    const modelVersion = this.#modelVersion;
    const responseId = interaction.id;
    if (responseId !== '') {
      return modelVersion === undefined
        ? { text, candidates, responseId, interaction }
        : { text, candidates, responseId, modelVersion, interaction };
    }
    return modelVersion === undefined
      ? { text, candidates, interaction }
      : { text, candidates, modelVersion, interaction };
  }

  /** Builds the chunk of any event; undefined if the event has nothing for it. */
  #chunk({ candidate, usage, resource }: EventContent, interaction: ReplyInteraction): GeminiChunk | undefined {
    const usageMetadata = toUsageMetadata(usage);
    if (resource) this.#modelVersion = resource.model ?? resource.agent ?? this.#modelVersion;
    if (!candidate && !usageMetadata && !resource) return undefined;
    const fields = {
      ...(candidate && { candidates: [candidate] }),
      ...(usageMetadata && { usageMetadata }),
      ...(interaction.id !== '' && { responseId: interaction.id }),
      ...(this.#modelVersion !== undefined && { modelVersion: this.#modelVersion }),
      ...(resource?.created !== undefined && { createTime: resource.created }),
      interaction,
    };
    const chunk = this.#usage.add(toChunk(fields));
    this.#hasContent ||= hasContent(chunk);
    return chunk;
  }
}

/** The content of an event. */
interface EventContent {
  readonly candidate?: GeminiCandidate | undefined;
  readonly usage?: InteractionUsage | undefined;
  readonly resource?: InteractionResource | undefined;
}

/** Returns the part of a delta of the answer or of a thought; undefined for an empty one and for an unknown type. */
function toDeltaPart(delta: InteractionDelta, isThought: boolean): GeminiPart | undefined {
  const { type, content, signature } = delta;
  if (content) return toContentPart(content, true);
  if (signature && (type === 'thought_signature' || type === undefined)) return toSignaturePart(signature);
  return toContentPart(delta, isThought);
}

function toSignaturePart(thoughtSignature: string): GeminiPart {
  return { text: '', thought: true, thoughtSignature };
}

/** The parts of the content that a step has at its start. */
function startParts({ type, content, summary, signature }: InteractionStep): GeminiPart[] {
  const answer = itemsOf(content).flatMap((item) => toContentPart(item, type === 'thought') ?? []);
  const thoughts = itemsOf(summary).flatMap((item) => toContentPart(item, true) ?? []);
  return [...answer, ...thoughts, ...(signature ? [toSignaturePart(signature)] : [])];
}

function startAnnotations({ content }: InteractionStep): InteractionAnnotation[] {
  return itemsOf(content).flatMap(({ annotations }) => itemsOf(annotations));
}

/** Returns the piece of the candidate with parts and sources; undefined if there are neither. */
function toCandidate(parts: readonly GeminiPart[], sources?: CandidateSources): GeminiCandidate | undefined {
  if (parts.length === 0 && !sources) return undefined;
  return { index: 0, ...(parts.length > 0 && { content: { role: 'model', parts } }), ...sources };
}

/** The finish of a candidate for the status at the end; none while the interaction continues. */
function finishOf(status: InteractionStatus, error: unknown): Pick<GeminiCandidate, 'finishReason' | 'finishMessage'> {
  const finishReason = finishByStatus.get(status) ?? String(status).toUpperCase();
  if (finishReason === '') return {};
  const message = isObject(error) ? error['message'] : undefined;
  return { finishReason, ...(typeof message === 'string' && { finishMessage: message }) };
}

/** An unknown status becomes the finish reason of its name, which is no failure of a reply that has content. */
const finishByStatus: ReadonlyMap<string, string> = new Map([
  ['completed', 'STOP'],
  ['requires_action', 'STOP'],
  ['incomplete', 'MAX_TOKENS'],
  ['requires_continuation', ''],
  ['in_progress', ''],
  ['queued', ''],
]);
