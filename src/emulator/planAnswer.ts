import { apiError } from './apiError.js';
import { completeChunks } from './completeChunks.js';
import { cutAtBytes } from './cutAtBytes.js';
import type { EmulatorRequest } from './exchange.js';
import { framesOf, rawFrames, unterminated, type Frame } from './framesOf.js';
import { fieldOf } from './requestBody.js';
import { mergeResponses } from './mergeResponses.js';
import { gluePackets, slicePackets } from './packets.js';
import type { EmulatorScenario } from './scenario.js';
import type { Step } from './steps.js';
import { stepsOf } from './stepsOf.js';
import { jsonFormat, listFormat, sseFormat, type WireFormat } from './wireFormat.js';
import { withHeartbeat } from './withHeartbeat.js';

/** A scenario made ready for one request. */
export interface AnswerPlan {
  readonly status: number;
  readonly contentType: string;
  /** How long the headers wait, in ms. */
  readonly headersDelay: number;
  /** What follows the headers. */
  readonly steps: AsyncIterable<Step>;
}

/** Plans the answer to a request. */
export async function planAnswer(
  scenario: EmulatorScenario,
  request: EmulatorRequest,
  asList: boolean,
): Promise<AnswerPlan> {
  const isStream = request.action === 'streamGenerateContent';
  const error = errorOf(scenario, isStream);
  if (error) return planError(scenario, asList ? [error] : error, statusOf(error));
  if (scenario.body !== undefined) return planBody(scenario, scenario.body, isStream && !asList);
  return isStream ? planStream(scenario, request, asList) : planWhole(scenario, request);
}

/** The error that is the whole answer, if there is one. */
function errorOf({ text, chunks, body, error, errorAfter, status = 200 }: EmulatorScenario, isStream: boolean) {
  if (error) return error;
  if (!isStream && errorAfter) return errorAfter.error ?? apiError({ code: 503 });
  const isEmpty = text === undefined && chunks === undefined && body === undefined;
  return isEmpty && status >= 400 ? apiError({ code: status }) : undefined;
}

function planError(scenario: EmulatorScenario, error: unknown, status: number): AnswerPlan {
  const format = jsonFormat();
  const frames = [{ content: format.event(error, true), isChunk: false }];
  const alone = { ...scenario, status: scenario.status ?? status, errorAfter: undefined, firstDelay: 0 };
  return planFrames(alone, frames, format);
}

function planBody(
  scenario: EmulatorScenario,
  body: NonNullable<EmulatorScenario['body']>,
  asEvents: boolean,
): AnswerPlan {
  return planFrames(scenario, rawFrames(body), asEvents ? sseFormat(scenario) : jsonFormat());
}

function planStream(scenario: EmulatorScenario, request: EmulatorRequest, asList: boolean): AnswerPlan {
  const format = asList ? listFormat() : sseFormat(scenario);
  const frames = framesOf(completeChunks(scenario, request), format);
  const whole = scenario.unterminated ? unterminated(frames, format.delimiter) : frames;
  return planFrames(scenario, whole, format);
}

/** One response of all chunks, ready after the time that they would have taken. */
async function planWhole(scenario: EmulatorScenario, request: EmulatorRequest): Promise<AnswerPlan> {
  const chunks: unknown[] = [];
  for await (const chunk of completeChunks(scenario, request)) chunks.push(chunk);
  const { headersDelay = 0, firstDelay = 0, pace = 0, eventsPerPacket = 1 } = scenario;
  const packets = Math.ceil(chunks.length / eventsPerPacket);
  const format = jsonFormat();
  const frames = [{ content: format.event(mergeResponses(chunks), true), isChunk: true }];
  const delay = headersDelay + firstDelay + Math.max(0, packets - 1) * pace;
  return planFrames({ ...scenario, headersDelay: delay, firstDelay: 0 }, frames, format);
}

function planFrames(
  scenario: EmulatorScenario,
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  format: WireFormat,
): AnswerPlan {
  const { status = 200, headersDelay = 0, heartbeat, eventsPerPacket = 1, packetBytes } = scenario;
  let steps = stepsOf(frames, scenario, format);
  if (eventsPerPacket > 1) steps = gluePackets(steps, eventsPerPacket);
  if (heartbeat !== undefined && format.comment) steps = withHeartbeat(steps, heartbeat, format.comment);
  steps = cutAtBytes(steps, scenario);
  if (packetBytes !== undefined) steps = slicePackets(steps, packetBytes);
  return { status, contentType: format.contentType, headersDelay, steps };
}

/** An error's `code`, if it is an HTTP status; else 500. */
function statusOf(error: unknown): number {
  const code = fieldOf(fieldOf(error, 'error'), 'code');
  return typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 599 ? code : 500;
}
