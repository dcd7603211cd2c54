import type { GeminiResponse } from '../chunk/response.js';
import { annotationNames } from '../chunk/replyAnnotations.js';
import { ChunkSteps } from '../interaction/chunkSteps.js';
import type { InteractionEvent } from '../interaction/interactionEvent.js';
import type { EventLine, RecordedError, RecordingLine } from '../recording/recordingLines.js';
import { RecordingReader } from '../recording/recordingReader.js';
import { apiError } from './apiError.js';
import type { EmulatorRequest } from './exchange.js';
import type { EmulatorScenario } from './scenario.js';
import { sleep } from './waits.js';

interface TimedChunk {
  readonly t: number;
  readonly chunk: GeminiResponse;
}

/**
 * Makes the scenario in which a server sends a recorded reply, at the times at which its chunks arrived; or the recorded
 * events of an interaction, which have no times.
 */
export function scenarioOfRecording(text: string, speed: number): (request: EmulatorRequest) => EmulatorScenario {
  const { lines, events } = firstReplyIn(text);
  if (events.length > 0) return () => ({ interaction: { events } });
  const chunks = lines.flatMap((line) => (line.end === undefined ? timedChunk(line) : []));
  const ending = endingOf(lines.at(-1), chunks, speed, chunks.length);
  const endingOfInteraction = endingOf(lines.at(-1), chunks, speed, countEvents(chunks));
  return ({ signal, interaction }) => {
    const scenario = interaction ? endingOfInteraction : ending;
    return scenario.error ? scenario : { ...scenario, chunks: atRecordedTimes(chunks, speed, signal) };
  };
}

/** The lines of the first reply in a recording, or the events of an interaction. */
function firstReplyIn(text: string): { lines: RecordingLine[]; events: InteractionEvent[] } {
  const lines: RecordingLine[] = [];
  const events: InteractionEvent[] = [];
  for (const line of recordedLines(text)) {
    if ('event' in line) {
      events.push(line.event);
      continue;
    }
    lines.push(line);
    if (line.end !== undefined) break;
  }
  return { lines, events };
}

/** The number of events with which chunks are sent as an interaction: two before the first step, and the deltas. */
function countEvents(chunks: readonly TimedChunk[]): number {
  const steps = new ChunkSteps();
  return chunks.reduce((count, { chunk }) => count + [...steps.read(chunk)].length, 2);
}

function* recordedLines(text: string): Generator<RecordingLine | EventLine, void> {
  const reader = new RecordingReader<EventLine>((event) => ({ t: 0, event }));
  yield* reader.feed(text);
  yield* reader.end();
}

/** The chunk as the server sent it; an empty list for a chunk that has only annotations. */
function timedChunk({ t, chunk }: TimedChunk): TimedChunk[] {
  const fields = Object.entries(chunk).filter(([name]) => !omittedNames.has(name));
  const { text } = chunk as { readonly text?: string };
  if (!chunk.candidates && text)
    fields.push(['candidates', [{ content: { role: 'model', parts: [{ text }] }, index: 0 }]]);
  return fields.length > 0 ? [{ t, chunk: Object.fromEntries(fields) }] : [];
}

const omittedNames = /* @__PURE__ */ new Set(
  /* @__PURE__ */ ['text'].concat(/* @__PURE__ */ Array.from(annotationNames)),
);

/** Measured from the start, so that the delays of late timers do not add up. */
async function* atRecordedTimes(
  chunks: readonly TimedChunk[],
  speed: number,
  signal: AbortSignal,
): AsyncGenerator<GeminiResponse> {
  const start = performance.now();
  for (const { t, chunk } of chunks) {
    await sleep(Math.max(0, t / speed - (performance.now() - start)), signal);
    yield chunk;
  }
}

/** The fault or the silence with which the server ends a reply that ended like the recorded one. */
function endingOf(
  last: RecordingLine | undefined,
  sent: readonly TimedChunk[],
  speed: number,
  chunks: number,
): EmulatorScenario {
  // The recording breaks off here, so the rest is not known.
  if (last?.end === undefined || last.end === 'cancelled') return { dropAfter: { chunks } };
  const failure = last.end === 'error' ? faultOf(last.error, sent.length === 0 ? 0 : chunks) : {};
  const duration = Math.max(0, last.t - (sent.at(-1)?.t ?? 0)) / speed;
  return failure.error ? { headersDelay: duration, ...failure } : { stallAfter: { chunks, duration }, ...failure };
}

function faultOf({ kind, message, ...context }: RecordedError, chunks: number): EmulatorScenario {
  const { status, retryAfter, finishReason, blockReason } = context;
  // The chunks have this outcome already.
  if (finishReason !== undefined || blockReason !== undefined) return {};
  if (kind === 'network' || kind === 'truncated') return { dropAfter: { chunks, reset: kind === 'network' } };
  if (kind === 'protocol') return { garbageAfter: { chunks } };
  if (kind === 'cancelled' || (kind === 'timeout' && status === undefined)) return { stallAfter: { chunks } };
  const code = typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
  const error = apiError({ code, message, retryDelay: typeof retryAfter === 'number' ? retryAfter : undefined });
  return chunks === 0 ? { error } : { errorAfter: { chunks, error } };
}
