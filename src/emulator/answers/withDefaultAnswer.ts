import { apiError } from '../apiError.js';
import type { EmulatorRequest } from '../exchange.js';
import type { EmulatorScenario } from '../scenario.js';
import { NoValueError } from '../values/schemaValue.js';
import { defaultChunks } from './defaultChunks.js';

/**
 * The scenario with the default answer, if it has no content of its own; with an error that names the place, if a schema
 * of the request has no value that is found.
 */
export function withDefaultAnswer(scenario: EmulatorScenario, request: EmulatorRequest, seed = 0): EmulatorScenario {
  const { text, chunks, body, error, interaction, status = 200 } = scenario;
  const own = [text, chunks, body, error, ...(request.interaction ? [interaction?.steps, interaction?.events] : [])];
  if (status >= 400 || own.some((content) => content !== undefined)) return scenario;
  try {
    return { ...scenario, chunks: defaultChunks(request, seed) };
  } catch (cause) {
    if (!(cause instanceof NoValueError)) throw cause;
    return { ...scenario, error: apiError({ code: 400, message: cause.message }) };
  }
}
