import type { EmulatorRequest } from './exchange.js';
import { chunkFrames, unterminated } from './frames.js';
import { mergeResponses } from './mergeResponses.js';
import { type AnswerPlan, planFrames } from './planFrames.js';
import { errorAnswer, planBody, planError, planJson } from './planPlain.js';
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
  if (scenario.body !== undefined)
    return planBody(
      scenario,
      scenario.body,
      isStream && !isList ? eventStreamFormat(scenario) : jsonFormat(),
      request.signal,
    );
  return isStream ? planStream(scenario, request, isList) : planWhole(scenario, request);
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
  const delay = headersDelay + firstDelay + Math.max(0, packets - 1) * pace;
  return planJson({ ...scenario, headersDelay: delay }, mergeResponses(chunks), request.signal);
}

/** An error's `code`, if it is an HTTP status; else 500. */
function statusOfError(error: unknown): number {
  const code = fieldOf(fieldOf(error, 'error'), 'code');
  return typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 599 ? code : 500;
}
