import type { GeminiFunctionResponse, GeminiPart, GeminiToolCall, GeminiToolResponse } from '../chunk/response.js';
import { isObject, type Fields } from '../rx/isObject.js';
import type { CallIds } from './callIds.js';
import type {
  InteractionInputContent,
  InteractionInputFunctionResult,
  InteractionInputResult,
  InteractionInputStep,
} from './inputStep.js';
import { isMediaType, toMediaContent } from './interactionMedia.js';
import { stepNameOf } from './toolTypes.js';

/** Returns the step of a call or of a result; undefined for a part of another kind. */
export function callStepOf(part: GeminiPart, ids: CallIds): InteractionInputStep | undefined {
  const { functionCall, functionResponse, executableCode, codeExecutionResult, toolCall, toolResponse } = part;
  const signed = part.thoughtSignature ? { signature: part.thoughtSignature } : {};
  if (functionCall) {
    const { id, name = '', args = {} } = functionCall;
    return { type: 'function_call', id: ids.ofCall(name, id), name, arguments: { ...args }, ...signed };
  }
  if (functionResponse) return functionResult(functionResponse, ids);
  if (executableCode) {
    const { code = '', language = 'python', ...fields } = executableCode;
    const id = ids.ofCall(codeTool, idIn(fields));
    return { type: 'code_execution_call', id, arguments: { code, language: language.toLowerCase() }, ...signed };
  }
  if (codeExecutionResult) {
    const { output = '', outcome = 'OUTCOME_OK', ...fields } = codeExecutionResult;
    const call_id = ids.ofResult(codeTool, idIn(fields));
    const isError = outcome !== 'OUTCOME_OK' && { is_error: true };
    return { type: 'code_execution_result', call_id, result: output, ...isError, ...signed };
  }
  if (toolCall) return { ...toToolCallStep(toolCall, ids), ...signed } as InteractionInputStep;
  return toolResponse && ({ ...toToolResultStep(toolResponse, ids), ...signed } as InteractionInputStep);
}

const codeTool = 'code_execution';

/** The id that the parts of a code have, beside their declared fields. */
function idIn(fields: object): string | undefined {
  const { id } = fields as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

function functionResult({ id, name, ...fields }: GeminiFunctionResponse, ids: CallIds): InteractionInputFunctionResult {
  const { isError, result } = resultIn(fields.response ?? {});
  const files = (fields.parts ?? []).map((file) => toMediaContent(file));
  return {
    type: 'function_result',
    call_id: ids.ofResult(name ?? '', id),
    ...(name !== undefined && { name }),
    result: files.length > 0 ? [...toResultContents(result), ...files] : result,
    ...(isError && { is_error: true }),
  };
}

/** The fields under which tools respond: with a result, its output or an error. */
const resultFields = ['result', 'output', 'error'];

/**
 * The result in the response of a function: of `{ result }`, `{ output }` and `{ error }`, the value, if a step can
 * have it; else the response.
 */
function resultIn({ isError, ...response }: Fields): {
  readonly result: InteractionInputResult;
  readonly isError: boolean;
} {
  const [field = '', ...others] = Object.keys(response);
  const isNamed = others.length === 0 && resultFields.includes(field);
  const value = isNamed ? response[field] : undefined;
  const isResult = typeof value === 'string' || isObject(value) || isContents(value);
  return { result: isResult ? value : response, isError: isError === true || (isNamed && field === 'error') };
}

/** Whether a value is a list of texts and files. */
function isContents(value: unknown): value is InteractionInputContent[] {
  if (!Array.isArray(value)) return false;
  return value.every((item) => isObject(item) && (item['type'] === 'text' || isMediaType(item['type'])));
}

/** The contents of a result beside which there are files. */
function toResultContents(result: InteractionInputResult): InteractionInputContent[] {
  if (isContents(result)) return result;
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return text === '' || text === '{}' ? [] : [{ type: 'text', text }];
}

/** The fields that calls and responses of a tool of the server have, beside their declared fields. */
interface ToolFields {
  readonly name?: unknown;
  readonly serverName?: unknown;
  readonly searchType?: unknown;
  readonly retrievalType?: unknown;
}

function toToolCallStep(call: GeminiToolCall & ToolFields, ids: CallIds): Fields {
  const { id, toolType = '', args, name, serverName, searchType, retrievalType } = call;
  const step = stepNameOf(toolType);
  return {
    type: `${step}_call`,
    id: ids.ofCall(step, id),
    ...(args && { arguments: args }),
    ...(name !== undefined && { name }),
    ...(serverName !== undefined && { server_name: serverName }),
    ...(searchType !== undefined && { search_type: searchType }),
    ...(retrievalType !== undefined && { retrieval_type: retrievalType }),
  };
}

function toToolResultStep(toolResponse: GeminiToolResponse & ToolFields, ids: CallIds): Fields {
  const { id, toolType = '', response = {}, name, serverName } = toolResponse;
  const { isError, ...fields } = response;
  const step = stepNameOf(toolType);
  return {
    type: `${step}_result`,
    call_id: ids.ofResult(step, id),
    ...toResult(fields),
    ...(isError === true && { is_error: true }),
    ...(name !== undefined && { name }),
    ...(serverName !== undefined && { server_name: serverName }),
  };
}

/** The result in a response; a response of `generateContent`, which has fields of its own, becomes the only result. */
function toResult(response: Fields): { readonly result?: unknown } {
  if ('result' in response) return { result: response['result'] };
  return Object.keys(response).length > 0 ? { result: [response] } : {};
}
