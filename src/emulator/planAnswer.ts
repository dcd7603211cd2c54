import { apiError } from './apiError.js';
import type { EmulatorRequest } from './exchange.js';
import { chunkFrames, rawFrames, unterminated } from './frames.js';
import { mergeResponses } from './mergeResponses.js';
import { type AnswerPlan, planFrames } from './planFrames.js';
import { fieldOf } from './requestBody.js';
import type { EmulatorScenario } from './scenario.js';
import { scenarioChunks } from './scenarioChunks.js';
import { eventStreamFormat, jsonFormat, jsonListFormat } from './wireFormat.js';

/** Plans the answer of a scenario to a request: puts chunks into frames of the wire format, and frames into steps. */
export async function planAnswer(
  scenario: EmulatorScenario,
  request: EmulatorRequest,
  isList: boolean,
): Promise<AnswerPlan> {
  const isStream = request.action === 'streamGenerateContent';
  const error = errorAnswer(scenario, isStream);
  if (error) return planError(scenario, isList ? [error] : error, statusOfError(error), request.signal);
  if (scenario.body !== undefined) return planBody(scenario, scenario.body, isStream && !isList, request.signal);
  return isStream ? planStream(scenario, request, isList) : planWhole(scenario, request);
}

/** The error that is the whole answer; undefined if the answer has content. */
function errorAnswer({ text, chunks, body, error, errorAfter, status = 200 }: EmulatorScenario, isStream: boolean) {
  if (error) return error;
  if (!isStream && errorAfter) return errorAfter.error ?? apiError({ code: 503 });
  const isEmpty = text === undefined && chunks === undefined && body === undefined;
  return isEmpty && status >= 400 ? apiError({ code: status }) : undefined;
}

/** Plans an answer that is only an error. */
export function planError(scenario: EmulatorScenario, error: unknown, status: number, signal: AbortSignal): AnswerPlan {
  const format = jsonFormat();
  const frames = [{ content: format.event(error, true), isChunk: false }];
  const alone = { ...scenario, status: scenario.status ?? status, errorAfter: undefined, firstDelay: 0 };
  return planFrames(alone, frames, format, signal);
}

function planBody(
  scenario: EmulatorScenario,
  body: NonNullable<EmulatorScenario['body']>,
  isEventStream: boolean,
  signal: AbortSignal,
): AnswerPlan {
  return planFrames(scenario, rawFrames(body), isEventStream ? eventStreamFormat(scenario) : jsonFormat(), signal);
}

function planStream(scenario: EmulatorScenario, request: EmulatorRequest, isList: boolean): AnswerPlan {
  const format = isList ? jsonListFormat() : eventStreamFormat(scenario);
  const frames = chunkFrames(scenarioChunks(scenario, request), format);
  const whole = scenario.unterminated ? unterminated(frames, format.delimiter) : frames;
  return planFrames(scenario, whole, format, request.signal);
}

/** One response with all chunks, after the time that a stream of them would have taken. */
async function planWhole(scenario: EmulatorScenario, request: EmulatorRequest): Promise<AnswerPlan> {
  const chunks: unknown[] = [];
  for await (const chunk of scenarioChunks(scenario, request)) chunks.push(chunk);
  const { headersDelay = 0, firstDelay = 0, pace = 0, eventsPerPacket = 1 } = scenario;
  const packets = Math.ceil(chunks.length / eventsPerPacket);
  const format = jsonFormat();
  const frames = [{ content: format.event(mergeResponses(chunks), true), isChunk: true }];
  const delay = headersDelay + firstDelay + Math.max(0, packets - 1) * pace;
  return planFrames({ ...scenario, headersDelay: delay, firstDelay: 0 }, frames, format, request.signal);
}

/** An error's `code`, if it is an HTTP status; else 500. */
function statusOfError(error: unknown): number {
  const code = fieldOf(fieldOf(error, 'error'), 'code');
  return typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 599 ? code : 500;
}
