import type { GeminiResponse } from '../chunk/response.js';
import { annotationNames } from '../chunk/replyAnnotations.js';
import type { RecordedError, RecordingLine } from '../recording/recordingLines.js';
import { RecordingReader } from '../recording/recordingReader.js';
import { apiError } from './apiError.js';
import type { EmulatorRequest } from './exchange.js';
import type { EmulatorScenario } from './scenario.js';
import { sleep } from './waits.js';

interface TimedChunk {
  readonly t: number;
  readonly chunk: GeminiResponse;
}

/** Makes the scenario in which a server sends a recorded reply, at the times at which its chunks arrived. */
export function scenarioOfRecording(text: string, speed: number): (request: EmulatorRequest) => EmulatorScenario {
  const lines = firstReplyIn(text);
  const chunks = lines.flatMap((line) => (line.end === undefined ? timedChunk(line) : []));
  const ending = endingOf(lines.at(-1), chunks, speed);
  return ({ signal }) => (ending.error ? ending : { ...ending, chunks: atRecordedTimes(chunks, speed, signal) });
}

/** The lines of the first reply in a recording. */
function firstReplyIn(text: string): RecordingLine[] {
  const lines: RecordingLine[] = [];
  for (const line of recordedLines(text)) {
    lines.push(line);
    if (line.end !== undefined) break;
  }
  return lines;
}

function* recordedLines(text: string): Generator<RecordingLine, void> {
  const reader = new RecordingReader();
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

const omittedNames = new Set([...annotationNames, 'text']);

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
function endingOf(last: RecordingLine | undefined, sent: readonly TimedChunk[], speed: number): EmulatorScenario {
  const chunks = sent.length;
  // The recording breaks off here, so the rest is not known.
  if (last?.end === undefined || last.end === 'cancelled') return { dropAfter: { chunks } };
  const failure = last.end === 'error' ? faultOf(last.error, chunks) : {};
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
