import type { GeminiResponse } from '../chunk/response.js';
import { isObject } from '../rx/isObject.js';
import type { EmulatorRequest } from './exchange.js';
import type { EmulatorChunk, EmulatorScenario } from './scenario.js';
import { splitText, textChunker } from './textChunker.js';
import { untilAborted } from './waits.js';

/**
 * The chunks of a scenario as they are sent: strings become chunks, and the last chunk gets its `finishReason` and
 * `usage`. Ends early when the client disconnects.
 */
export async function* scenarioChunks(scenario: EmulatorScenario, request: EmulatorRequest): AsyncGenerator {
  const chunks = scenario.text === undefined ? (scenario.chunks ?? []) : splitText(scenario.text);
  const chunkText = textChunker(request);
  const { finishReason, usage } = scenario;

  const complete = (chunk: EmulatorChunk, isLast: boolean): unknown => {
    const finish = finishReason === undefined && typeof chunk === 'string' ? 'STOP' : finishReason;
    const response = typeof chunk === 'string' ? chunkText(chunk) : chunk;
    return withUsage(isLast && finish ? withFinish(response, finish) : response, usage, isLast);
  };

  if (Symbol.asyncIterator in chunks) {
    let endsWithText = true;
    for await (const chunk of untilAborted(chunks, request.signal)) {
      endsWithText = typeof chunk === 'string';
      yield complete(chunk, false);
    }
    // The last chunk is not known before the iterable has ended, so the end is sent in a separate chunk.
    const ends = finishReason === undefined ? endsWithText : finishReason !== null || usage;
    if (ends && !request.signal.aborted) yield complete('', true);
  } else {
    for (const [chunk, isLast] of withLast<EmulatorChunk>(chunks)) yield complete(chunk, isLast);
  }
}

function withFinish(response: EmulatorChunk, finishReason: string): EmulatorChunk {
  if (!isObject(response)) return response;
  const [first, ...others] = (response as GeminiResponse).candidates ?? [];
  return { ...response, candidates: [{ ...first, finishReason }, ...others] };
}

function withUsage(response: EmulatorChunk, usage: EmulatorScenario['usage'], isLast: boolean): unknown {
  if (usage === undefined || !isObject(response)) return response;
  return { ...response, usageMetadata: isLast ? (usage ?? undefined) : undefined };
}

/** Yields each value, and whether the value is the last: reads one value ahead. */
function* withLast<T>(values: Iterable<T>): Generator<readonly [value: T, isLast: boolean]> {
  let held: { readonly value: T } | undefined;
  for (const value of values) {
    if (held) yield [held.value, false];
    held = { value };
  }
  if (held) yield [held.value, true];
}
