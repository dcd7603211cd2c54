import type { ObservableInput } from 'rxjs';
import type { FunctionCall } from '../chunk/functionCallsOf.js';
import type { Part } from '../chunk/wire.js';

/** What a model is told of a function: the SDK's `FunctionDeclaration`. @public */
export interface ToolDeclaration {
  /** Its name; that of the tool counts. */
  readonly name?: string | undefined;
  /** What it does and when it is to be called. */
  readonly description?: string | undefined;
  /** Its arguments, as the SDK's `Schema`. */
  readonly parameters?: object | undefined;
  /** Its arguments, as a JSON Schema. */
  readonly parametersJsonSchema?: unknown;
  /** Its result, as the SDK's `Schema`. */
  readonly response?: object | undefined;
  /** Its result, as a JSON Schema. */
  readonly responseJsonSchema?: unknown;
}

/** A function that a chat runs when the model calls it. @public */
export interface ChatTool {
  /** What the model is told of it. */
  readonly declaration: ToolDeclaration;
  /** How long one call may take, in ms; a call that takes longer is cancelled. @defaultValue no limit */
  readonly timeout?: number | undefined;
  /**
   * Runs it.
   *
   * @param args - What the model asks for; it is not checked against the declaration.
   * @param context - Its `signal` is aborted when nobody waits for the result any more; `call` has the call's id.
   * @returns The result, a promise of it, or an Observable whose values are its progress and whose last is the result.
   */
  run(
    args: Readonly<Record<string, unknown>>,
    context: { readonly signal: AbortSignal; readonly call: FunctionCall },
  ): unknown;
}

/** A set of functions of which the SDK knows how to call them: what its `mcpToTool` makes of MCP clients. @public */
export interface CallableTools {
  /** What the model is told of them: the SDK's `Tool`. */
  tool(): Promise<{ readonly functionDeclarations?: readonly { readonly name?: string | undefined }[] | undefined }>;
  /** Answers calls. */
  callTool(calls: { id?: string; name: string; args: Record<string, unknown> }[]): Promise<readonly Part[]>;
}

/** The tools of a chat, by the names under which the model calls them; those of a set have their own. @public */
export type ChatTools = Readonly<Record<string, ChatTool | CallableTools>>;

/** Asks whether a call may run: the first value counts. */
export type Approve = (call: FunctionCall) => ObservableInput<boolean>;
