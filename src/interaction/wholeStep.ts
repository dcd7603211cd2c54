import { GeminiError } from '../errors/geminiError.js';
import { isObject, type Fields } from '../rx/isObject.js';
import { tryParseJson } from '../rx/tryParseJson.js';
import type { InteractionDelta } from './interactionEvent.js';
import { isMediaType } from './interactionMedia.js';
import type { InteractionContent, InteractionStep } from './interactionStep.js';

/**
 * Whether the mapping to chunks emits a step as a whole at its `step.stop`, and nothing of the step before: calls and
 * results do, texts and thoughts do not.
 *
 * @param type - The type of the step.
 */
export function isWholeStep(type: string): boolean {
  return /_(?:call|result)$/.test(type);
}

/**
 * A call or a result while its step is open. It arrives whole in `step.start`, in one delta or in several, or as pieces
 * of the JSON of its arguments.
 */
export class WholeStep {
  readonly #fields: Fields;
  /** The JSON of the arguments so far. */
  #json = '';
  /** The texts and files of the result that arrived as deltas of their own. */
  readonly #contents: InteractionContent[] = [];

  constructor({ arguments: args, ...step }: InteractionStep) {
    this.#fields = step;
    this.#addArguments(args);
  }

  /** Adds a delta: to lists and texts it appends, other fields it replaces. */
  add({ type, arguments: args, signature, result, ...fields }: InteractionDelta): void {
    if (type === 'text' || isMediaType(type)) {
      this.#contents.push({ type, ...fields });
      return;
    }
    for (const [field, value] of Object.entries<unknown>(fields)) {
      if (value !== undefined && value !== null) this.#fields[field] = value;
    }
    if (signature) this.#fields['signature'] = signature;
    this.#addArguments(args);
    if (result !== undefined) this.#fields['result'] = joined(this.#fields['result'], result);
  }

  /**
   * Returns the step.
   *
   * @throws GeminiError - If the arguments are not the JSON of an object.
   */
  whole(): InteractionStep {
    const { type, ...step } = this.#fields as unknown as InteractionStep;
    return {
      type,
      ...step,
      ...(this.#json !== '' && { arguments: parseArguments(this.#json) }),
      ...(this.#contents.length > 0 && { result: [...contentsOfResult(step.result), ...this.#contents] }),
    };
  }

  #addArguments(args: unknown): void {
    if (typeof args === 'string') this.#json += args;
    else if (isObject(args)) this.#fields['arguments'] = joinFields(this.#fields['arguments'], args);
  }
}

/** Joins the arguments of two deltas: lists of queries and the code are appended, other fields are replaced. */
function joinFields(before: unknown, more: Fields): Fields {
  const fields: Fields = { ...(isObject(before) && before) };
  for (const [field, value] of Object.entries(more)) {
    fields[field] = field === 'code' || Array.isArray(value) ? joined(fields[field], value) : value;
  }
  return fields;
}

/** Joins two pieces of a text or of a list; data of another kind are replaced. */
function joined(before: unknown, more: unknown): unknown {
  if (typeof before === 'string' && typeof more === 'string') return before + more;
  return Array.isArray(before) && Array.isArray(more) ? [...(before as unknown[]), ...(more as unknown[])] : more;
}

/** The contents in a result, to which more are appended. */
function contentsOfResult(result: unknown): unknown[] {
  if (Array.isArray(result)) return result;
  return typeof result === 'string' && result !== '' ? [{ type: 'text', text: result }] : [];
}

/** Parses the arguments of a call. */
function parseArguments(json: string): Fields {
  const args = tryParseJson(json);
  if (args === null) return {};
  if (isObject(args)) return args;
  throw new GeminiError('The model wrote the arguments of a call that are not the JSON of an object', {
    kind: 'malformed_call',
    finishReason: 'MALFORMED_FUNCTION_CALL',
  });
}
