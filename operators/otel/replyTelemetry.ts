import {
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
import type { GeminiError } from '../../src/errors/geminiError.js';
import { publicError } from '../../src/errors/publicError.js';
import { toGeminiError } from '../../src/errors/toGeminiError.js';
import { attribute, generateContent } from './conventions.js';
import { outputMessages } from './outputMessages.js';
import { ReplyFacts } from './replyFacts.js';
import type { ReplyInstruments } from './replyInstruments.js';
import { safely } from './safely.js';
import { tokenCounts } from './tokenCounts.js';

/** What is told of each reply, and to whom. */
export interface TelemetrySettings {
  readonly tracer: Tracer | undefined;
  readonly instruments: ReplyInstruments | undefined;
  readonly model: string | undefined;
  readonly provider: string;
  /** What the span has beside its own. */
  readonly attributes: Attributes;
  readonly captureContent: boolean;
}

/** The span and the metrics of one reply, which begins when this is made. Nothing here throws. */
export class ReplyTelemetry {
  /** The one in which the request is to be made: within the span. */
  readonly context: Context;
  readonly #facts = new ReplyFacts();
  readonly #instruments: ReplyInstruments | undefined;
  readonly #span: Span | undefined;
  readonly #content: ChunkBuilder | undefined;
  /** Of spans and metrics alike. */
  readonly #request: Attributes;

  constructor(parent: Context, settings: TelemetrySettings) {
    const { tracer, instruments, model, provider, attributes, captureContent } = settings;
    this.#instruments = instruments;
    this.#request = { [attribute.operation]: generateContent, [attribute.provider]: provider };
    if (model !== undefined) this.#request[attribute.requestModel] = model;
    const name = model === undefined ? generateContent : `${generateContent} ${model}`;
    const start = { ...this.#request, [attribute.requestStream]: true, ...attributes };
    const span = safely(() => tracer?.startSpan(name, { kind: SpanKind.CLIENT, attributes: start }, parent));
    this.#span = span;
    this.context = span ? trace.setSpan(parent, span) : parent;
    // A span that is not sampled takes no attributes.
    if (captureContent && span?.isRecording()) this.#content = new ChunkBuilder();
  }

  append(chunk: GeminiChunk): void {
    const gap = this.#facts.append(chunk);
    this.#content?.append(chunk);
    if (gap === undefined) return;
    safely(() => this.#instruments?.recordGap(gap, this.#metricAttributes(), this.context));
  }

  /** Says how the reply ended, unless a chunk has said it. */
  end(outcome: 'completed' | 'cancelled'): void {
    this.#end(this.#facts.mark ?? outcome);
  }

  fail(cause: unknown): void {
    const error = toGeminiError(cause);
    // Whoever leaves a reply is not failed by it.
    if (error.kind === 'cancelled') this.#end('cancelled');
    else this.#end('failed', error);
  }

  #end(outcome: string, error?: GeminiError): void {
    safely(() => this.#instruments?.recordReply(this.#facts, this.#metricAttributes(), this.context, error?.kind));
    safely(() => this.#endSpan(outcome, error));
  }

  #endSpan(outcome: string, error: GeminiError | undefined): void {
    const span = this.#span;
    if (!span) return;
    try {
      span.setAttributes(this.#responseAttributes());
      span.setAttribute(attribute.outcome, outcome);
      if (this.#content) span.setAttribute(attribute.outputMessages, outputMessages(this.#content.snapshot()));
      if (!error) return;
      span.setAttribute(attribute.errorType, error.kind);
      // Its own sentence can quote the server, and so the prompt or the reply; its stack begins with that.
      const told = this.#content ? error : { name: error.name, message: publicError(error).message };
      span.recordException(told);
      span.setStatus({ code: SpanStatusCode.ERROR, message: told.message });
    } finally {
      span.end();
    }
  }

  #responseAttributes(): Attributes {
    const { model, id, finishReasons, timeToFirstChunk, usage } = this.#facts;
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
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  #metricAttributes(): Attributes {
    const { model } = this.#facts;
    return model === undefined ? this.#request : { ...this.#request, [attribute.responseModel]: model };
  }
}
