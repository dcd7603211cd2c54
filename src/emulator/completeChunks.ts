import type { GeminiResponse } from '../chunk/response.js';
import { answerChunks } from './answerChunks.js';
import type { EmulatorRequest } from './exchange.js';
import { isObject } from './isObject.js';
import type { EmulatorChunk, EmulatorScenario } from './scenario.js';
import { splitText } from './splitText.js';
import { textChunker } from './textChunker.js';
import { untilAborted } from './untilAborted.js';
import { withLast } from './withLast.js';

/**
 * The chunks of a scenario as they go over the wire: strings become chunks, the last one gets its `finishReason` and
 * its `usage`. Ends early when the client leaves.
 */
export async function* completeChunks(scenario: EmulatorScenario, request: EmulatorRequest): AsyncGenerator {
  const chunks = scenario.text === undefined ? (scenario.chunks ?? answerChunks(request)) : splitText(scenario.text);
  const chunkText = textChunker(request);
  const { finishReason, usage } = scenario;

  const complete = (chunk: EmulatorChunk, isLast: boolean): unknown => {
    const finish = finishReason === undefined && typeof chunk === 'string' ? 'STOP' : finishReason;
    const response = typeof chunk === 'string' ? chunkText(chunk) : chunk;
    return withUsage(isLast && finish ? withFinish(response, finish) : response, usage, isLast);
  };

  if (Symbol.asyncIterator in chunks) {
    let saidText = true;
    for await (const chunk of untilAborted(chunks, request.signal)) {
      saidText = typeof chunk === 'string';
      yield complete(chunk, false);
    }
    // What comes last is only known once it is over, so the end has a chunk of its own.
    const ends = finishReason === undefined ? saidText : finishReason !== null || usage;
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
