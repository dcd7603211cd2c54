import type { GeminiResponse } from '../chunk/response.js';
import { annotationNames } from '../chunk/replyAnnotations.js';
import { RecordingReader, type RecordedError, type RecordingLine } from '../recording/recordingFormat.js';
import { apiError } from './apiError.js';
import type { EmulatorRequest } from './exchange.js';
import type { EmulatorScenario } from './scenario.js';
import { sleep } from './sleep.js';

interface TimedChunk {
  readonly t: number;
  readonly chunk: GeminiResponse;
}

/** The scenario in which a server sends what was recorded, at the times at which it came. */
export function scenarioOfRecording(text: string, speed: number): (request: EmulatorRequest) => EmulatorScenario {
  const lines = replyIn(text);
  const chunks = lines.flatMap((line) => (line.end === undefined ? timedChunk(line) : []));
  const ending = endingOf(lines.at(-1), chunks, speed);
  return ({ signal }) => (ending.error ? ending : { ...ending, chunks: inTime(chunks, speed, signal) });
}

/** The lines of the first reply in it. */
function replyIn(text: string): RecordingLine[] {
  const lines: RecordingLine[] = [];
  for (const line of linesOf(text)) {
    lines.push(line);
    if (line.end !== undefined) break;
  }
  return lines;
}

function* linesOf(text: string): Generator<RecordingLine, void> {
  const reader = new RecordingReader();
  yield* reader.feed(text);
  yield* reader.end();
}

/** What the server sent of a chunk; nothing of one that only carries annotations. */
function timedChunk({ t, chunk }: TimedChunk): TimedChunk[] {
  const fields = Object.entries(chunk).filter(([name]) => !notSent.has(name));
  const { text } = chunk as { readonly text?: string };
  if (!chunk.candidates && text)
    fields.push(['candidates', [{ content: { role: 'model', parts: [{ text }] }, index: 0 }]]);
  return fields.length > 0 ? [{ t, chunk: Object.fromEntries(fields) }] : [];
}

const notSent = new Set([...annotationNames, 'text']);

/** By the clock, so that timers that are late do not add up. */
async function* inTime(
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

/** How and when the server ended a reply that ended so for the client. */
function endingOf(last: RecordingLine | undefined, sent: readonly TimedChunk[], speed: number): EmulatorScenario {
  const chunks = sent.length;
  // The rest is not known: what was recorded breaks off.
  if (last?.end === undefined || last.end === 'cancelled') return { dropAfter: { chunks } };
  const failure = last.end === 'error' ? failureOf(last.error, chunks) : {};
  const duration = Math.max(0, last.t - (sent.at(-1)?.t ?? 0)) / speed;
  return failure.error ? { headersDelay: duration, ...failure } : { stallAfter: { chunks, duration }, ...failure };
}

function failureOf({ kind, message, ...context }: RecordedError, chunks: number): EmulatorScenario {
  const { status, retryAfter, finishReason, blockReason } = context;
  // The outcome is in the chunks.
  if (finishReason !== undefined || blockReason !== undefined) return {};
  if (kind === 'network' || kind === 'truncated') return { dropAfter: { chunks, reset: kind === 'network' } };
  if (kind === 'protocol') return { garbageAfter: { chunks } };
  if (kind === 'cancelled' || (kind === 'timeout' && status === undefined)) return { stallAfter: { chunks } };
  const code = typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
  const error = apiError({ code, message, retryDelay: typeof retryAfter === 'number' ? retryAfter : undefined });
  return chunks === 0 ? { error } : { errorAfter: { chunks, error } };
}
