import { context, type Attributes, type Meter, type Tracer } from '@opentelemetry/api';
import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { assertAtLeastOne, assertBoolean, assertOptions, typeError } from '../../src/rx/assertions.js';
import { bindContexts } from './bindContexts.js';
import { ReplyInstruments } from './replyInstruments.js';
import { ReplyTelemetry } from './replyTelemetry.js';

/** Options of {@link traceReply}: a `tracer`, a `meter`, or both. @public */
export interface TraceReplyOptions {
  /** The tracer of the spans: `trace.getTracer(name)`. @defaultValue no spans */
  readonly tracer?: Tracer | undefined;
  /**
   * The meter of the metrics: `metrics.getMeter(name)`, once the SDK is set up. Each chunk is a measurement, for which
   * the SDK takes about 1 µs. @defaultValue no metrics
   */
  readonly meter?: Meter | undefined;
  /** The requested model, for the name of the span and an attribute. @defaultValue no model in either */
  readonly model?: string | undefined;
  /** The provider of the API: `gcp.gemini`, `gcp.vertex_ai`, … @defaultValue `gcp.gen_ai`, any API of Google */
  readonly provider?: string | undefined;
  /**
   * More attributes of a span, from its start: the conversation's id, the request's temperature, the server's address.
   * They replace the operator's attributes of the same name. Metrics do not have them.
   */
  readonly attributes?: Attributes | undefined;
  /**
   * Whether a span has the output of the model, as `gen_ai.output.messages`; the output may be personal. @defaultValue
   * false
   */
  readonly captureContent?: boolean | undefined;
}

/**
 * Reports a reply to OpenTelemetry: one span and the client metrics, by its semantic conventions for generative AI.
 *
 * Chunks, an error and completion pass unchanged, at once. A span, `generate_content <model>` of kind `CLIENT`, starts
 * on subscription as a child of the active span. The request is made within the new span, so that spans of an
 * instrumented `fetch` are its children. Operators below run in the context of the subscription, so that the next
 * request of a conversation is not a child.
 *
 * The span ends before completion or an error is passed on, or on unsubscription. It has the model, the id, the finish
 * reasons (`stop`, `length`, Gemini's own in lower case), the tokens that the server reported (tokens of tools in the
 * input, of thoughts in the output), the time to the first chunk with content in s, and `rxjs_gemini.outcome`, a
 * {@link ReplyOutcome}. Below `withCost` it also has `rxjs_gemini.cost.total`, in the currency of the prices, and
 * `rxjs_gemini.cost.estimated`. Only a failed reply has the status `ERROR`, the exception (with the public sentence of
 * its kind) and `error.type`, a {@link GeminiErrorKind}.
 *
 * A reply that was ended on purpose is no error, neither in its span nor in the metrics: a reply that is unsubscribed is
 * `cancelled`, and a reply that an operator above ended is `cancelled` or `stopped`. This word is then also its finish
 * reason if the model gave none; without a reason, any other reply has `error`, as the conventions demand. The reason of
 * the cancellation may be a user's text and is not reported. The span has no content unless `captureContent` is set;
 * then the operator holds the reply, and pictures and sounds are reported without their bytes.
 *
 * The metrics are histograms: `gen_ai.client.operation.duration`, `.time_to_first_chunk` and `.time_per_output_chunk`
 * in s, and `gen_ai.client.token.usage`, with the buckets that the conventions advise. The conventions are in
 * development: the names are those of `@opentelemetry/semantic-conventions` 1.45.
 *
 * An error that a tracer or a meter throws goes to OpenTelemetry's `diag`, and the reply continues. Notices are not
 * timed. Lossless; holds no chunk without `captureContent`.
 *
 * Place `traceReply` below `classifyErrors`, `retryTransient` and `takeUntilCancel` for one span per reply with all its
 * attempts, or above the retry for one span per attempt; below `withCost` for the cost; always above `bufferChunks`.
 *
 * @param options - See {@link TraceReplyOptions}.
 * @returns An operator from chunks to the same chunks.
 * @throws TypeError - At the call, if there is neither a `tracer` nor a `meter`, or an option is of the wrong type.
 * @see {@link withMetrics} for numbers without OpenTelemetry.
 * @example
 * ```ts
 * import { metrics, trace } from '@opentelemetry/api';
 * import { traceReply } from 'rxjs-gemini/otel';
 *
 * // Once an SDK is set up, which exports what these make: `new NodeSDK({ … }).start()`.
 * const traced$ = reply$.pipe(
 *   protectReply({ retry: {} }),
 *   traceReply({ tracer: trace.getTracer('chat'), meter: metrics.getMeter('chat'), model, provider: 'gcp.gemini' }),
 * );
 * traced$.subscribe((chunk) => console.log(chunk.text));
 * ```
 * @public
 */
export function traceReply<T extends GeminiChunk>(options: TraceReplyOptions): MonoTypeOperatorFunction<T> {
  assertOptions(options);
  const { tracer, meter, model, provider = 'gcp.gen_ai', attributes = {}, captureContent = false } = options;
  assertAtLeastOne({ tracer, meter });
  if (!isA('startSpan', tracer)) throw typeError('tracer', 'a Tracer of OpenTelemetry', tracer);
  if (!isA('createHistogram', meter)) throw typeError('meter', 'a Meter of OpenTelemetry', meter);
  assertOptions(attributes, 'attributes');
  assertName('model', model);
  assertName('provider', provider);
  assertBoolean('captureContent', captureContent);
  const instruments = meter && new ReplyInstruments(meter);
  const settings = { tracer, instruments, model, provider, attributes, captureContent };

  return (source) =>
    defer(() => {
      const subscriber = context.active();
      const telemetry = new ReplyTelemetry(subscriber, settings);
      return source.pipe(
        bindContexts(telemetry.context, subscriber),
        tap({
          next: (chunk) => telemetry.append(chunk),
          error: (cause: unknown) => telemetry.fail(cause),
          complete: () => telemetry.complete(),
          unsubscribe: () => telemetry.cancel(),
        }),
      );
    });
}

/** Whether a value has the method, or is undefined. */
function isA(method: 'startSpan' | 'createHistogram', value: object | null | undefined): boolean {
  return value === undefined || typeof (value as Partial<Record<string, unknown>> | null)?.[method] === 'function';
}

function assertName(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    throw typeError(name, 'a string of at least one character', value);
  }
}
