import { assertScenario } from './assertScenario.js';
import { isObject } from './isObject.js';
import type { EmulatorChunk, EmulatorScenario } from './scenario.js';

/** The scenario that an answer stands for: checked, so that playing it cannot fail half-way. */
export function scenarioOf(answer: unknown): EmulatorScenario {
  if (typeof answer === 'string') return { text: answer };
  if (Array.isArray(answer)) return { chunks: answer as readonly EmulatorChunk[] };
  if (!isObject(answer)) {
    throw new TypeError(`Expected \`reply\` to give a text, a list of chunks or a scenario, got ${String(answer)}`);
  }
  assertScenario(answer);
  return answer;
}
