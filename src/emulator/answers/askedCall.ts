import { isObject } from '../../rx/isObject.js';
import type { EmulatorRequest } from '../exchange.js';
import { contentsIn, fieldOf, partsIn } from '../requestBody.js';
import { wordsOf } from '../values/namedValues.js';
import { namesIn } from '../values/schemaFields.js';
import { schemaValue } from '../values/schemaValue.js';

/** A function that the request declares. */
interface FunctionDeclaration {
  readonly name: string;
  readonly description: string;
  /** The schema of the arguments. */
  readonly parameters: unknown;
}

/** A call of a declared function. */
export interface AskedCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The result of a call that the request brings. */
export interface CallResult {
  readonly name: string;
  readonly result: unknown;
}

/**
 * Makes the call of the declared function that the prompt asks for: one whose name, or whose words, the prompt has; with
 * the mode `ANY`, one of the allowed functions in any case. Undefined if there is no such function, with the mode
 * `NONE`, and if the request brings the results of calls.
 *
 * @throws NoValueError - If no arguments of the schema are found.
 */
export function askedCall(request: EmulatorRequest, seed: number): AskedCall | undefined {
  const { prompt } = request;
  const { mode, allowed } = callingMode(request);
  if (mode === 'none' || callResults(request).length > 0) return undefined;
  const functions = declarationsIn(request).filter(({ name }) => allowed.length === 0 || allowed.includes(name));
  const scored = functions.map((declaration) => ({ declaration, score: scoreOf(declaration, prompt) }));
  const [best] = scored.toSorted((a, b) => b.score - a.score);
  if (!best || (mode !== 'any' && best.score < neededScore)) return undefined;
  const { name, parameters } = best.declaration;
  const args = parameters === undefined ? {} : schemaValue(parameters, { prompt, seed, isCall: true });
  return { name, args: isObject(args) ? args : {} };
}

/** The results of functions with which the conversation ends. */
export function callResults({ body, interaction }: EmulatorRequest): readonly CallResult[] {
  if (interaction) {
    const names = new Map(interaction.history.map(({ id, name }) => [id, name]));
    const steps = interaction.input.filter(({ type }) => type === 'function_result');
    return steps.map(({ name, call_id: id, result }) => ({ name: name ?? names.get(id) ?? 'The function', result }));
  }
  const results = partsIn(contentsIn(body).at(-1)).map((part) => fieldOf(part, 'functionResponse'));
  return results.filter(isObject).map(({ name, response }) => ({ name: String(name), result: response }));
}

function declarationsIn({ body, interaction }: EmulatorRequest): FunctionDeclaration[] {
  const tools = (interaction ? interaction.tools : [fieldOf(body, 'tools')].flat()) as readonly unknown[];
  const declared = interaction
    ? tools.filter((tool) => fieldOf(tool, 'type') === 'function')
    : tools.flatMap((tool) => [fieldOf(tool, 'functionDeclarations')].flat());
  return declared.filter(isObject).flatMap((declaration) => {
    const { name, description = '' } = declaration;
    const parameters = fieldOf(declaration, 'parametersJsonSchema') ?? declaration['parameters'];
    return typeof name === 'string' ? [{ name, description: String(description), parameters }] : [];
  });
}

/** The mode of the calls, and the functions that may be called; `AUTO` and `VALIDATED` leave it to the prompt. */
function callingMode({ body, interaction }: EmulatorRequest): { mode: string; allowed: readonly string[] } {
  if (interaction) {
    const choice = fieldOf(fieldOf(body, 'generationConfig'), 'toolChoice') ?? fieldOf(body, 'toolChoice');
    const tools = fieldOf(choice, 'allowedTools');
    const mode = typeof choice === 'string' ? choice : fieldOf(tools, 'mode');
    return { mode: String(mode).toLowerCase(), allowed: namesIn(fieldOf(tools, 'tools')) };
  }
  const config = fieldOf(fieldOf(body, 'toolConfig'), 'functionCallingConfig');
  const mode = String(fieldOf(config, 'mode')).toLowerCase();
  return { mode, allowed: namesIn(fieldOf(config, 'allowedFunctionNames')) };
}

const neededScore = 2;

/** The likeness of a function to a prompt: a word of its name counts 3, a long word of its description 2, another 1. */
function scoreOf({ name, description }: FunctionDeclaration, prompt: string): number {
  if (prompt.toLowerCase().includes(name.toLowerCase())) return 100;
  const asked = new Set(wordsOf(prompt).map(stemOf));
  const tellingIn = (text: string) => new Set(wordsOf(text).filter(isTelling).map(stemOf));
  const named = [...tellingIn(name)].filter((word) => asked.has(word));
  const described = [...tellingIn(description)].filter((word) => asked.has(word) && !named.includes(word));
  return 3 * named.length + described.reduce((score, word) => score + (word.length >= longWord ? 2 : 1), 0);
}

/** The length from which a word of a description says enough by itself. */
const longWord = 6;

/** A word without its ending, so that `prices` is `price`. */
const stemOf = (word: string): string => word.replace(/(?:ing|ies|es|ed|s|e|y)$/, '');

const isTelling = (word: string): boolean => word.length > 2 && !commonWords.has(word);

const commonWords = /* @__PURE__ */ new Set(
  /* @__PURE__ */ (
    'the and for from with that this into its are was has have can all any one not you your our their when where which ' +
    'what who how get set add put let make find fetch list show read return returns retrieve retrieves given give ' +
    'function tool user users current currently information info about data value values name names result results ' +
    'string number object array specified specific provided based using use used please tell call calls'
  ).split(' '),
);
