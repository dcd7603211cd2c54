import type { ObservableInput } from 'rxjs';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiPart } from '../chunk/response.js';

/** The description of a function for the model: the SDK's `FunctionDeclaration`. @public */
export interface ToolDeclaration {
  /** The name of the function; ignored, because the key in `tools` is its name. */
  readonly name?: string | undefined;
  /** The purpose of the function, and when to call it. */
  readonly description?: string | undefined;
  /** The arguments, as the SDK's `Schema`. */
  readonly parameters?: object | undefined;
  /** The arguments, as a JSON Schema. */
  readonly parametersJsonSchema?: unknown;
  /** The result, as the SDK's `Schema`. */
  readonly response?: object | undefined;
  /** The result, as a JSON Schema. */
  readonly responseJsonSchema?: unknown;
}

/** A function that a chat runs when the model calls it. @public */
export interface ChatTool {
  /** The description of the function for the model. */
  readonly declaration: ToolDeclaration;
  /** The time limit of one call, in ms; a longer call is cancelled. @defaultValue no limit */
  readonly timeout?: number | undefined;
  /**
   * Runs the function.
   *
   * The result goes to the model as JSON: an object unchanged, any other value as `{ output }`. A result that has no
   * JSON (a bigint, a cycle, a function) makes the run `failed`, and the response reports it to the model. If all
   * `parts` of the result are pictures or files, they go to the model as media, beside the other fields:
   * `{ output: 'the screen', parts: [{ inlineData: { mimeType: 'image/png', data } }] }`; so do the `parts` of the
   * SDK's `{ functionResponse: { response, parts } }`.
   *
   * @param args - The arguments from the model, a copy; they are not checked against the declaration.
   * @param context - The `signal`, which is aborted when the result is no longer needed, and the `call` with its id.
   * @returns The result, a promise of the result, or an Observable: each value is progress, and the last is the result.
   */
  run(
    args: Readonly<Record<string, unknown>>,
    context: { readonly signal: AbortSignal; readonly call: GeminiFunctionCall },
  ): unknown;
}

/** A set of functions that the SDK can call, such as MCP clients through its `mcpToTool`. @public */
export interface CallableTools {
  /** The description of the functions for the model: the SDK's `Tool`. */
  tool(): Promise<{ readonly functionDeclarations?: readonly { readonly name?: string | undefined }[] | undefined }>;
  /** Answers calls with parts that have a `functionResponse`, whose `parts` may be pictures and files. */
  callTool(calls: { id?: string; name: string; args: Record<string, unknown> }[]): Promise<readonly GeminiPart[]>;
}

/** The tools of a chat, by the names under which the model calls them; functions of a set have their own names. @public */
export type ChatTools = Readonly<Record<string, ChatTool | CallableTools>>;

/** Decides whether a call may run: the first value counts. */
export type Approve = (call: GeminiFunctionCall) => ObservableInput<boolean>;
