import type { ToolRun } from '../../chunk/annotations.js';
import { PartList } from '../../chunk/partList.js';
import type { GeminiFunctionResponse, GeminiPart, GeminiPartialFunctionCall } from '../../chunk/response.js';
import { ArgsText } from './argsText.js';
import { localCallId } from './localCallId.js';
import { OpenCalls, type UnansweredCall } from './openCalls.js';

type Args = Readonly<Record<string, unknown>>;

/**
 * A piece of a call. Each call has an id: its own, or one that was made up.
 *
 * `call` is a whole call. A call in pieces is `callStart`, `callDelta` with JSON text, and `callEnd` with the whole
 * arguments; `isCut` says that the reply ended before the last piece. All `json` of a call, joined, is its arguments.
 * `serverCall` and `serverResult` are of a tool that the server runs, such as the search or the code execution.
 */
export type CallPiece =
  | {
      readonly type: 'call';
      readonly id: string;
      readonly name: string;
      readonly args: Args;
      readonly signature: Signature;
    }
  | { readonly type: 'callStart'; readonly id: string; readonly name: string }
  | { readonly type: 'callDelta'; readonly id: string; readonly name: string; readonly json: string }
  | {
      readonly type: 'callEnd';
      readonly id: string;
      readonly name: string;
      readonly args: Args;
      readonly json: string;
      readonly signature: Signature;
      readonly isCut: boolean;
    }
  | { readonly type: 'progress'; readonly id: string; readonly name: string; readonly progress: unknown }
  | {
      readonly type: 'result';
      readonly id: string;
      readonly name: string;
      readonly response: Args;
      /** The pictures and files of the result. */
      readonly parts: readonly GeminiPart[];
      /** Whether the response is `{ error }`: the tool failed, or the call was denied or cancelled. */
      readonly isFailed: boolean;
    }
  | {
      readonly type: 'serverCall';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly signature: Signature;
      /** The part of the reply. */
      readonly part: GeminiPart;
    }
  | {
      readonly type: 'serverResult';
      readonly id: string;
      readonly name: string;
      readonly output: unknown;
      /** The part of the reply. */
      readonly part: GeminiPart;
    };

type Signature = string | undefined;

/** A call whose arguments are still streaming. */
interface GrowingCall {
  readonly id: string;
  readonly ownId: string | undefined;
  readonly name: string;
  readonly list: PartList;
  readonly text: ArgsText;
}

/** Follows the calls of a reply: gives an id to each, and matches results to calls. */
export class CallPieces {
  readonly #prefix: string;
  #count = 0;
  #growing: GrowingCall | undefined;
  /** The ids of all calls that the client knows. */
  readonly #ids: Set<string>;
  readonly #open = new OpenCalls();
  /** The server's calls without a result, in their order. */
  readonly #serverCalls: { readonly id: string; readonly ownId: string | undefined; readonly name: string }[] = [];

  /** @param knownIds - The ids of earlier calls, which no call of this reply gets. */
  constructor(prefix: string, knownIds: Iterable<string>) {
    this.#prefix = prefix;
    this.#ids = new Set(knownIds);
  }

  get hasOpen(): boolean {
    return this.#open.hasUnanswered;
  }

  /** Whether a call in pieces waits for more pieces. */
  get isGrowing(): boolean {
    return this.#growing !== undefined;
  }

  /** Returns the pieces of a `functionCall` part. */
  call(part: GeminiPart, call: GeminiPartialFunctionCall): CallPiece[] {
    const growing = this.#growing;
    if (growing && !call.name) return this.#grow(growing, part, call);
    const cut = this.cut();
    const { id: ownId, name, args = {}, partialArgs, willContinue } = call;
    // A later piece of a call whose first piece is missing.
    if (!name) return cut;
    const id = this.#idOf(ownId);
    if (!willContinue && !partialArgs) {
      this.#open.add({ id, name }, ownId, args);
      return [...cut, { type: 'call', id, name, args, signature: part.thoughtSignature }];
    }
    const started = { id, ownId, name, list: new PartList(), text: new ArgsText(call.args) };
    this.#growing = started;
    return [...cut, { type: 'callStart', id, name }, ...this.#grow(started, part, call)];
  }

  /** Ends the call that waits for more pieces, if any. */
  cut(): CallPiece[] {
    const growing = this.#growing;
    return growing ? [this.#end(growing, true)] : [];
  }

  /** Returns the result for a call, unless a run has reported it. */
  response({ id, name = '', response = {}, parts = [] }: GeminiFunctionResponse): CallPiece[] {
    const call = this.#open.takeResponse({ id, name });
    return call ? [resultOf(call, response, parts)] : [];
  }

  /** Returns the progress or the result of a run. */
  run({ call: { id: ownId, name, args }, response, progress, parts = [] }: ToolRun): CallPiece[] {
    const sought = { id: ownId, name };
    if (response) {
      const ended = this.#open.takeResult(sought, args);
      return ended ? [resultOf(ended, response, parts)] : [];
    }
    const running = progress === undefined ? undefined : this.#open.running(sought, args);
    return running ? [{ type: 'progress', id: running.id, name, progress }] : [];
  }

  /** Returns the piece of a part of a tool that the server runs; undefined if the part is not one. */
  server(part: GeminiPart): CallPiece[] | undefined {
    const { executableCode, codeExecutionResult, toolCall, toolResponse } = part;
    if (executableCode) return [this.#serverCall(part, undefined, codeExecution, executableCode)];
    if (codeExecutionResult) return [this.#serverResult(part, undefined, codeExecution, codeExecutionResult)];
    if (toolCall) return [this.#serverCall(part, toolCall.id, nameOf(toolCall), toolCall.args ?? {})];
    if (!toolResponse) return undefined;
    return [this.#serverResult(part, toolResponse.id, nameOf(toolResponse), toolResponse.response ?? {})];
  }

  #serverCall(part: GeminiPart, ownId: string | undefined, name: string, input: unknown): CallPiece {
    const id = ownId ?? this.#newId();
    this.#serverCalls.push({ id, ownId, name });
    return { type: 'serverCall', id, name, input, signature: part.thoughtSignature, part };
  }

  #serverResult(part: GeminiPart, ownId: string | undefined, name: string, output: unknown): CallPiece {
    const call = take(this.#serverCalls, (held) => (ownId === undefined ? held.name === name : held.id === ownId));
    return { type: 'serverResult', id: call?.id ?? ownId ?? this.#newId(), name: call?.name ?? name, output, part };
  }

  #grow(growing: GrowingCall, part: GeminiPart, call: GeminiPartialFunctionCall): CallPiece[] {
    growing.list.append(part);
    const { id, name, text } = growing;
    const json = call.partialArgs ? text.append(call.partialArgs) : '';
    const delta: CallPiece[] = json === '' ? [] : [{ type: 'callDelta', id, name, json }];
    return call.willContinue ? delta : [...delta, this.#end(growing, false)];
  }

  #end({ id, ownId, name, list, text }: GrowingCall, isCut: boolean): CallPiece {
    this.#growing = undefined;
    // The closing piece, if it is missing.
    if (isCut) list.append({ functionCall: {} });
    const [whole = {}] = list.snapshot();
    const args = whole.functionCall?.args ?? {};
    if (!isCut) this.#open.add({ id, name }, ownId, args);
    return { type: 'callEnd', id, name, args, json: text.end(args), signature: whole.thoughtSignature, isCut };
  }

  /** The id that the model gave, unless an earlier call has it: a client would take both for one call. */
  #idOf(ownId: string | undefined): string {
    if (!ownId || this.#ids.has(ownId)) return this.#newId();
    this.#ids.add(ownId);
    return ownId;
  }

  #newId(): string {
    this.#count += 1;
    return localCallId(this.#prefix, this.#count);
  }
}

const codeExecution = 'code_execution';

function nameOf({ name, toolType }: { readonly name?: string | undefined; readonly toolType?: string | undefined }) {
  return name ?? toolType?.toLowerCase() ?? 'tool';
}

function take<C>(calls: C[], isWanted: (call: C) => boolean): C | undefined {
  const index = calls.findIndex(isWanted);
  return index < 0 ? undefined : calls.splice(index, 1)[0];
}

function resultOf({ id, name }: UnansweredCall, response: Args, parts: readonly GeminiPart[]): CallPiece {
  return { type: 'result', id, name, response, parts, isFailed: isErrorResponse(response) };
}

function isErrorResponse(response: Args): boolean {
  return typeof response['error'] === 'string' && Object.keys(response).length === 1;
}
