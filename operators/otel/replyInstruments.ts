import { ValueType, type Attributes, type Context, type Histogram, type Meter } from '@opentelemetry/api';
import { attribute } from './conventions.js';
import type { ReplySummary } from './replySummary.js';
import { tokenCounts } from './tokenCounts.js';

/** The client metrics of the conventions. */
export class ReplyInstruments {
  readonly #duration: Histogram;
  readonly #timeToFirstChunk: Histogram;
  readonly #timePerChunk: Histogram;
  readonly #tokens: Histogram;

  constructor(meter: Meter) {
    const times = { unit: 's', valueType: ValueType.DOUBLE, advice: { explicitBucketBoundaries: secondBuckets } };
    this.#duration = meter.createHistogram('gen_ai.client.operation.duration', {
      ...times,
      description: 'GenAI operation duration.',
    });
    this.#timeToFirstChunk = meter.createHistogram('gen_ai.client.operation.time_to_first_chunk', {
      ...times,
      description: 'Time to receive the first chunk, measured from when the client issues the request.',
    });
    this.#timePerChunk = meter.createHistogram('gen_ai.client.operation.time_per_output_chunk', {
      ...times,
      description: 'Time per output chunk, from the chunk before it, for each chunk after the first one.',
    });
    this.#tokens = meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      valueType: ValueType.INT,
      advice: { explicitBucketBoundaries: tokenBuckets },
      description: 'Number of input and output tokens used.',
    });
  }

  /** Records the time since the previous chunk, in ms. */
  recordGap(gap: number, attributes: Attributes, context: Context): void {
    this.#timePerChunk.record(gap / 1000, attributes, context);
  }

  /** Records the totals of a reply that has ended. */
  recordReply(summary: ReplySummary, attributes: Attributes, context: Context, errorType?: string): void {
    const { timeToFirstChunk } = summary;
    const { input, output } = tokenCounts(summary.usage);
    const ending = errorType === undefined ? attributes : { ...attributes, [attribute.errorType]: errorType };
    this.#duration.record(summary.elapsed() / 1000, ending, context);
    if (timeToFirstChunk !== undefined) this.#timeToFirstChunk.record(timeToFirstChunk / 1000, attributes, context);
    this.#recordTokens('input', input, attributes, context);
    this.#recordTokens('output', output, attributes, context);
  }

  #recordTokens(type: string, count: number | undefined, attributes: Attributes, context: Context): void {
    if (count !== undefined) this.#tokens.record(count, { ...attributes, [attribute.tokenType]: type }, context);
  }
}

/** The boundaries that the conventions recommend. */
const secondBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokenBuckets = /* @__PURE__ */ Array.from({ length: 14 }, (_, power) => 4 ** power);
