import { isObject } from '../../rx/isObject.js';
import type { CallResult } from './askedCall.js';

/** The maximum number of characters of a result that are quoted. */
const maxQuoted = 2000;

/** The answer to a conversation that ends with the results of functions: quotes them. */
export function resultText(results: readonly CallResult[]): string {
  const lines = results.map(({ name, result }) => `${name} returned ${quotedResult(result)}.`);
  return `${lines.join('\n\n')}\n\nThis answer comes from a **local emulator**, not from a model.\n`;
}

/** A result in words: the SDK and Gemini wrap it in `output` or `result`. */
function quotedResult(result: unknown): string {
  const values = isObject(result) ? Object.entries(result) : [];
  const [first] = values;
  if (values.length === 1 && first && ['output', 'result', 'content'].includes(first[0])) return quotedResult(first[1]);
  const text = typeof result === 'string' ? result : inWords(result);
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}

function inWords(result: unknown): string {
  const isFlat = isObject(result) && Object.values(result).every((value) => typeof value !== 'object');
  if (!isFlat) return result === undefined ? 'nothing' : JSON.stringify(result);
  const facts = Object.entries(result).map(([name, value]) => `${name} ${String(value)}`);
  return facts.length === 0 ? 'nothing' : facts.join(', ');
}
