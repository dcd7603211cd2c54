import { apiError } from './apiError.js';
import { rawFrames } from './frames.js';
import { type AnswerPlan, planFrames } from './planFrames.js';
import type { EmulatorScenario } from './scenario.js';
import { jsonFormat, type WireFormat } from './wireFormat.js';

/** The error that is the whole answer; undefined if the answer has content. */
export function errorAnswer(
  { text, chunks, body, error, errorAfter, interaction, status = 200 }: EmulatorScenario,
  isStream: boolean,
): object | undefined {
  if (error) return error;
  if (!isStream && errorAfter) return errorAfter.error ?? apiError({ code: 503 });
  const contents = [text, chunks, body, interaction?.steps, interaction?.events];
  const isEmpty = contents.every((content) => content === undefined);
  return isEmpty && status >= 400 ? apiError({ code: status }) : undefined;
}

/** Plans an answer that is only an error. */
export function planError(scenario: EmulatorScenario, error: unknown, status: number, signal: AbortSignal): AnswerPlan {
  const format = jsonFormat();
  const frames = [{ content: format.event(error, true), isChunk: false }];
  const alone = { ...scenario, status: scenario.status ?? status, errorAfter: undefined, firstDelay: 0 };
  return planFrames(alone, frames, format, signal);
}

/** Plans an answer with a JSON value. */
export function planJson(scenario: EmulatorScenario, value: object, signal: AbortSignal): AnswerPlan {
  const format = jsonFormat();
  const frames = [{ content: format.event(value, true), isChunk: true }];
  return planFrames({ ...scenario, firstDelay: 0 }, frames, format, signal);
}

/** Plans an answer with a body that is sent unchanged. */
export function planBody(
  scenario: EmulatorScenario,
  body: NonNullable<EmulatorScenario['body']>,
  format: WireFormat,
  signal: AbortSignal,
): AnswerPlan {
  return planFrames(scenario, rawFrames(body), format, signal);
}
