import { isObject } from '../rx/isObject.js';
import { assertInteraction } from './interactions/assertInteraction.js';
import { assertScenario } from './assertScenario.js';
import type { EmulatorChunk, EmulatorScenario } from './scenario.js';

/** The scenario of an answer, checked at once, so that a wrong scenario does not fail in the middle of a response. */
export function scenarioOf(answer: unknown): EmulatorScenario {
  if (typeof answer === 'string') return { text: answer };
  if (Array.isArray(answer)) return { chunks: answer as readonly EmulatorChunk[] };
  if (!isObject(answer)) {
    throw new TypeError(`Expected \`reply\` to give a text, a list of chunks or a scenario, got ${String(answer)}`);
  }
  assertScenario(answer);
  const { interaction, continuation } = answer as EmulatorScenario;
  if (interaction !== undefined) assertInteraction(interaction);
  if (continuation !== undefined) scenarioOf(continuation);
  return answer;
}
