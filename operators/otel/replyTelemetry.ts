import {
  diag,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import type { ReplyOutcome } from '../../src/chunk/replyStatus.js';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { publicError } from '../../src/errors/publicError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { attribute, generateContent } from './conventions.js';
import { outputMessages } from './outputMessages.js';
import { ReplySummary } from './replySummary.js';
import type { ReplyInstruments } from './replyInstruments.js';
import { tokenCounts } from './tokenCounts.js';

/** The settings of {@link ReplyTelemetry}, the same for each reply. */
export interface TelemetrySettings {
  readonly tracer: Tracer | undefined;
  readonly instruments: ReplyInstruments | undefined;
  readonly model: string | undefined;
  readonly provider: string;
  /** The caller's attributes of the span. */
  readonly attributes: Attributes;
  readonly captureContent: boolean;
}

/** The span and the metrics of one reply, from its construction on. No method throws. */
export class ReplyTelemetry {
  /** The context for the request: within the span. */
  readonly context: Context;
  readonly #summary = new ReplySummary();
  readonly #instruments: ReplyInstruments | undefined;
  readonly #span: Span | undefined;
  readonly #content: ChunkBuilder | undefined;
  /** The attributes of the request, for span and metrics. */
  readonly #requestAttributes: Attributes;

  constructor(parent: Context, settings: TelemetrySettings) {
    const { tracer, instruments, model, provider, attributes, captureContent } = settings;
    this.#instruments = instruments;
    this.#requestAttributes = { [attribute.operation]: generateContent, [attribute.provider]: provider };
    if (model !== undefined) this.#requestAttributes[attribute.requestModel] = model;
    const name = model === undefined ? generateContent : `${generateContent} ${model}`;
    const start = { ...this.#requestAttributes, [attribute.requestStream]: true, ...attributes };
    const span = catchToDiag(() => tracer?.startSpan(name, { kind: SpanKind.CLIENT, attributes: start }, parent));
    this.#span = span;
    this.context = span ? trace.setSpan(parent, span) : parent;
    // A span that is not sampled takes no attributes.
    if (captureContent && span?.isRecording()) this.#content = new ChunkBuilder();
  }

  append(chunk: GeminiChunk): void {
    const gap = this.#summary.append(chunk);
    this.#content?.append(chunk);
    if (gap === undefined) return;
    catchToDiag(() => this.#instruments?.recordGap(gap, this.#metricAttributes(), this.context));
  }

  complete(): void {
    this.#end(this.#summary.outcome);
  }

  /** Ends an unsubscribed reply: `cancelled`, unless the reply has already been `stopped`. */
  cancel(): void {
    const { outcome } = this.#summary;
    this.#end(outcome === 'complete' ? 'cancelled' : outcome);
  }

  fail(cause: unknown): void {
    const error = toGeminiError(cause);
    // A cancellation is not a failure of the reply.
    if (error.kind === 'cancelled') this.#end('cancelled');
    else this.#end('failed', error);
  }

  #end(outcome: ReplyOutcome, error?: GeminiError): void {
    catchToDiag(() =>
      this.#instruments?.recordReply(this.#summary, this.#metricAttributes(), this.context, error?.kind),
    );
    catchToDiag(() => this.#endSpan(outcome, error));
  }

  #endSpan(outcome: ReplyOutcome, error: GeminiError | undefined): void {
    const span = this.#span;
    if (!span) return;
    try {
      span.setAttributes(this.#responseAttributes(outcome));
      if (this.#content) span.setAttribute(attribute.outputMessages, outputMessages(this.#content.snapshot(), outcome));
      if (!error) return;
      span.setAttribute(attribute.errorType, error.kind);
      // The error's own message and its stack can quote the server, and so the prompt or the reply.
      const reported = this.#content ? error : { name: error.name, message: publicError(error).message };
      span.recordException(reported);
      span.setStatus({ code: SpanStatusCode.ERROR, message: reported.message });
    } finally {
      span.end();
    }
  }

  #responseAttributes(outcome: ReplyOutcome): Attributes {
    const { model, id, timeToFirstChunk, usage, cost } = this.#summary;
    const finishReasons = this.#summary.finishReasons(outcome);
    const { input, cached, output, thoughts } = tokenCounts(usage);
    const all: Attributes = {
      [attribute.responseModel]: model,
      [attribute.responseId]: id,
      [attribute.finishReasons]: finishReasons.length > 0 ? finishReasons : undefined,
      [attribute.timeToFirstChunk]: timeToFirstChunk === undefined ? undefined : timeToFirstChunk / 1000,
      [attribute.inputTokens]: input,
      [attribute.cachedTokens]: cached,
      [attribute.outputTokens]: output,
      [attribute.thoughtTokens]: thoughts,
      [attribute.outcome]: outcome,
      [attribute.cost]: cost?.total,
      [attribute.isCostEstimated]: cost?.estimated,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  #metricAttributes(): Attributes {
    const { model } = this.#summary;
    return model === undefined
      ? this.#requestAttributes
      : { ...this.#requestAttributes, [attribute.responseModel]: model };
  }
}

/**
 * Calls a function of which a tracer or a meter may throw (a sampler, a processor). The error goes to the logger of
 * OpenTelemetry, and the reply continues.
 */
function catchToDiag<R>(record: () => R): R | undefined {
  try {
    return record();
  } catch (cause) {
    diag.error('rxjs-gemini: the telemetry of a reply is not whole', cause);
    return undefined;
  }
}
