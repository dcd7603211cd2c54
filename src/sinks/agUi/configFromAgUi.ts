import type { AgUiInput } from './agUiInput.js';
import { objectAt, objectsAt, optionalStringAt, stringAt, type PlacedFields } from '../formats/requestFields.js';
import { fieldsOfInput } from './fieldsOfInput.js';

/** The part of a request's `config` that an AG-UI client may set. @public */
export interface AgUiConfig {
  /** The texts of the system and developer messages and of the context; absent without any text. */
  systemInstruction?: string;
  /** The tools that the client runs; absent if the client has no tools. */
  tools?: { functionDeclarations: AgUiFunctionDeclaration[] }[];
}

/** A tool of an AG-UI client, as Gemini takes it. @public */
export interface AgUiFunctionDeclaration {
  /** The name of the tool. */
  name: string;
  /** The purpose of the tool, for the model. */
  description?: string;
  /** The JSON Schema of the arguments; absent if the tool has no arguments. */
  parametersJsonSchema?: unknown;
}

/**
 * Converts the rest of an AG-UI run to fields of a request's `config`: the `system` and `developer` messages and the
 * context become `systemInstruction`, the tools become function declarations.
 *
 * All of this is the user's word. To write the system instruction on the server, name it after the spread:
 * `config: { ...configFromAgUi(input), systemInstruction }`. The calls of these tools are for the client, which sends
 * their results with its next run.
 *
 * @param input - The body of the request. Its shape is checked; linear in its size.
 * @returns The fields; `{}` if the run has neither instructions nor tools.
 * @throws GeminiError - `invalid_request`, if the input has a wrong shape or is nested too deep. Its message names the
 *   place and quotes nothing of the input.
 * @example
 * ```ts
 * const tools = [{ name: 'openDoor', description: 'Opens the door.' }];
 * const config = configFromAgUi({ threadId: 't', runId: 'r', messages: [], tools });
 * console.log(config.tools?.[0]?.functionDeclarations.map(({ name }) => name)); // ['openDoor']
 * ```
 * @public
 */
export function configFromAgUi(input: AgUiInput): AgUiConfig {
  const { messages, context, tools } = fieldsOfInput(input);
  const instructions = [
    ...objectsAt(messages, 'messages').flatMap(instructionOf),
    ...objectsAt(context, 'context').map(factOf),
  ];
  const functionDeclarations = objectsAt(tools, 'tools').map(declarationOf);
  return {
    ...(instructions.length > 0 && { systemInstruction: instructions.join('\n\n') }),
    ...(functionDeclarations.length > 0 && { tools: [{ functionDeclarations }] }),
  };
}

function instructionOf({ place, fields: { role, content } }: PlacedFields): string[] {
  if (role !== 'system' && role !== 'developer') return [];
  const text = optionalStringAt(content, `${place}.content`);
  return text ? [text] : [];
}

function factOf({ place, fields: { description, value } }: PlacedFields): string {
  return `${stringAt(description, `${place}.description`)}: ${stringAt(value, `${place}.value`)}`;
}

function declarationOf({ place, fields: { name, description, parameters } }: PlacedFields): AgUiFunctionDeclaration {
  const purpose = optionalStringAt(description, `${place}.description`);
  return {
    name: stringAt(name, `${place}.name`),
    ...(purpose && { description: purpose }),
    ...(parameters != null && { parametersJsonSchema: objectAt(parameters, `${place}.parameters`) }),
  };
}
