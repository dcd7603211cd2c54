import type { GeminiPart, ToolMedia } from '../chunk/response.js';
import { isObject, type Fields } from '../rx/isObject.js';
import { itemsOf } from './itemsOf.js';
import { isMediaType, toMediaPart } from './interactionMedia.js';
import type { InteractionContent, InteractionStep } from './interactionStep.js';
import { toolTypeOf } from './toolTypes.js';

/** Returns the part of a text or of a file in a content; undefined for an empty one and for an unknown type. */
export function toContentPart(content: InteractionContent, isThought: boolean): GeminiPart | undefined {
  const { type, text } = content;
  if (type === 'text' || (type === undefined && typeof text === 'string')) {
    if (typeof text !== 'string' || text === '') return undefined;
    return isThought ? { text, thought: true } : { text };
  }
  const part = isMediaType(type) ? toMediaPart(content) : undefined;
  return part && isThought ? { ...part, thought: true } : part;
}

/** Returns the parts of a call or of a result: one part, and the pictures that a code drew. */
export function partsOfStep(step: InteractionStep): GeminiPart[] {
  switch (step.type) {
    case 'function_call':
      return [
        { functionCall: { ...defined({ id: step.id, name: step.name }), args: step.arguments ?? {} }, ...signed(step) },
      ];
    case 'function_result':
      return [toFunctionResponse(step)];
    case 'code_execution_call':
      return [toExecutableCode(step)];
    case 'code_execution_result':
      return toCodeResult(step);
    default:
      return [isResult(step) ? toToolResponse(step) : toToolCall(step)];
  }
}

/** A step with fields that only some tools have. */
type ToolStep = InteractionStep & {
  readonly search_type?: string | undefined;
  readonly retrieval_type?: string | undefined;
};

function toToolCall({ type, ...step }: ToolStep): GeminiPart {
  const { id, name, arguments: args, server_name, search_type, retrieval_type } = step;
  const more = { name, serverName: server_name, searchType: search_type, retrievalType: retrieval_type };
  return {
    toolCall: { ...defined({ id }), toolType: toolTypeOf(type), ...defined({ args, ...more }) },
    ...signed(step),
  };
}

function toToolResponse({ type, ...step }: ToolStep): GeminiPart {
  const { call_id: id, name, server_name } = step;
  return {
    toolResponse: {
      ...defined({ id }),
      toolType: toolTypeOf(type),
      response: toResponse(step.result, step.is_error),
      ...defined({ name, serverName: server_name }),
    },
    ...signed(step),
  };
}

/** The response of a function that an agent ran itself; its pictures and files are `parts`, as in other responses. */
function toFunctionResponse({ call_id: id, name, result, is_error, ...step }: InteractionStep): GeminiPart {
  const items: readonly unknown[] = Array.isArray(result) ? result : [];
  const parts = items.flatMap((item) => (isObject(item) && isMediaType(item['type']) ? (toMediaPart(item) ?? []) : []));
  const rest = parts.length > 0 ? items.filter((item) => !isObject(item) || !isMediaType(item['type'])) : result;
  return {
    functionResponse: {
      ...defined({ id, name }),
      response: toResponse(rest, is_error),
      ...(parts.length > 0 && { parts: parts satisfies ToolMedia[] }),
    },
    ...signed(step),
  };
}

/** The response with a result: a string, a list of contents or of data, or an object. */
function toResponse(result: unknown, isError: boolean | undefined): Fields {
  return { ...defined({ result }), ...(isError && { isError }) };
}

function toExecutableCode({ id, arguments: args, ...step }: InteractionStep): GeminiPart {
  const { code = '', language = 'python' } = args ?? {};
  const executableCode = { ...defined({ id }), language: String(language).toUpperCase(), code: String(code) };
  return { executableCode, ...signed(step) };
}

/** The output of a code, and the pictures that it drew as parts of their own. */
function toCodeResult({ call_id: id, result, is_error, ...step }: InteractionStep): GeminiPart[] {
  const contents = itemsOf(result as readonly InteractionContent[]);
  const output = typeof result === 'string' ? result : contents.map(({ text = '' }) => text).join('');
  const outcome = is_error ? 'OUTCOME_FAILED' : 'OUTCOME_OK';
  const files = contents.flatMap((content) => (isMediaType(content.type) ? (toMediaPart(content) ?? []) : []));
  return [{ codeExecutionResult: { ...defined({ id }), outcome, output }, ...signed(step) }, ...files];
}

/** The signature of a step, in a part; an empty one counts as absent. */
function signed({ signature }: Pick<InteractionStep, 'signature'>): Pick<GeminiPart, 'thoughtSignature'> {
  return signature ? { thoughtSignature: signature } : {};
}

function isResult({ type }: InteractionStep): boolean {
  return type.endsWith('_result');
}

/** Copies the fields that have a value. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
