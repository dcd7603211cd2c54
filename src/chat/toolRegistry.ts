import { defer, EMPTY, forkJoin, map, of, type Observable } from 'rxjs';
import type { ToolRun } from '../chunk/annotations.js';
import { isObject } from '../rx/isObject.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import { builtInClassOf } from '../rx/builtInClassOf.js';
import { assertOptions, assertPositiveDelay, typeError } from '../rx/assertions.js';
import type { DeclaredTools } from './chatSource.js';
import type { Approve, CallableTools, ChatTool, ChatTools } from './chatTools.js';
import { jsonCopy } from './jsonCopy.js';
import { runTool } from './runTool.js';
import { assertValid, aString, listOf, objectOf, optional } from './validators.js';
import { isMedia } from './toolResult.js';

/** The tools of a chat: declares them to the model, and runs the tool of each call. */
export class ToolRegistry {
  readonly #own = new Map<string, ChatTool>();
  readonly #sets = new Map<string, CallableTools>();
  /** The set of each function, by its name, from the latest declarations. */
  #owners = new Map<string, CallableTools>();
  readonly #approve: Approve | undefined;
  /** Functions that are only declared. */
  readonly #declared: readonly DeclaredTools[];

  /** @throws TypeError, RangeError - If one of `tools` is not a tool, or `declaredTools` is not a list of declarations. */
  constructor(tools: ChatTools, approve: Approve | undefined, declaredTools: readonly DeclaredTools[] = []) {
    this.#approve = approve;
    assertValid('declaredTools', declaredTools, listOf(aTool));
    this.#declared = declaredTools;
    if (!isObject(tools) || builtInClassOf(tools)) {
      throw typeError('tools', 'an object of tools by their names', tools);
    }
    for (const [name, tool] of Object.entries(tools)) {
      const own = checkedTool(name, tool);
      if (isSet(own)) this.#sets.set(name, own);
      else this.#own.set(name, own);
    }
  }

  /** The declarations for `config.tools`, as plain data; errors if they have no JSON. */
  declare(): Observable<DeclaredTools[]> {
    const ownTools = this.#ownTools();
    if (this.#sets.size === 0) return defer(() => of(asData([...ownTools, ...this.#others()])));
    return forkJoin([...this.#sets].map(declareSet)).pipe(
      map((declared) => {
        this.#owners = new Map(declared.flatMap(({ set, names }) => names.map((name) => [name, set] as const)));
        return asData([...ownTools, ...declared.map(({ tool }) => tool), ...this.#others()]);
      }),
    );
  }

  /** The tools in the form of `config.tools`, for a client that asks sets for their declarations by itself. */
  listed(): (DeclaredTools | CallableTools)[] {
    return [...asData(this.#ownTools()), ...this.#sets.values()];
  }

  #ownTools(): object[] {
    const own = [...this.#own].map(([name, { declaration }]) => ({ ...declaration, name }));
    return own.length === 0 ? [] : [{ functionDeclarations: own }];
  }

  /** The functions that are only declared, without those of which there is a tool. */
  #others(): DeclaredTools[] {
    const isOther = ({ name = '' }) => !this.#own.has(name) && !this.#owners.has(name);
    return this.#declared.flatMap((tool) => {
      const functionDeclarations = tool.functionDeclarations?.filter(isOther) ?? [];
      return functionDeclarations.length > 0 ? [{ ...tool, functionDeclarations }] : [];
    });
  }

  /** Whether there is a tool for a call. */
  has(call: GeminiFunctionCall): boolean {
    return this.#find(call) !== undefined;
  }

  /** Runs the tool of a call; never errors. Completes at once if there is no tool. */
  run(call: GeminiFunctionCall): Observable<ToolRun> {
    const tool = this.#find(call);
    return tool ? runTool(call, tool, this.#approve) : EMPTY;
  }

  #find(call: GeminiFunctionCall): ChatTool | undefined {
    const owner = this.#owners.get(call.name);
    return this.#own.get(call.name) ?? (owner && toolFromSet(owner, call));
  }
}

function asData(tools: readonly object[]): DeclaredTools[] {
  return jsonCopy('The declaration of a tool', tools) as DeclaredTools[];
}

const declarations = listOf(objectOf({ name: optional(aString) }));
const aTool = objectOf({ functionDeclarations: (list) => (list == null ? undefined : declarations(list)) });

/** The declared functions of a set; `tool` may return a plain value, too. */
function declareSet([name, set]: readonly [string, CallableTools]) {
  return defer(async () => set.tool()).pipe(
    map((tool) => {
      assertValid(`tools.${name}.tool()`, tool, aTool);
      return { set, tool, names: tool.functionDeclarations?.map((declared) => declared.name ?? '') ?? [] };
    }),
  );
}

/** A tool that passes one call to a set of functions. */
function toolFromSet(set: CallableTools, { id, name }: GeminiFunctionCall): ChatTool {
  return {
    declaration: {},
    async run(args) {
      const result: unknown = await set.callTool([{ ...(id !== undefined && { id }), name, args: { ...args } }]);
      const parts = Array.isArray(result) ? result.filter(isObject) : [];
      const functionResponse = parts.map((part) => part['functionResponse']).find(isObject);
      if (!functionResponse) throw new Error(`The function '${name}' gave no response.`);
      const { response = {}, parts: own } = functionResponse;
      // Pictures beside the response, from older tools, would separate the responses to parallel calls.
      const media = [...(Array.isArray(own) ? (own as unknown[]) : []), ...parts.filter(isMedia)];
      return { functionResponse: { response: isObject(response) ? response : { output: response }, parts: media } };
    },
  };
}

function isSet(tool: ChatTool | CallableTools): tool is CallableTools {
  return 'callTool' in tool && 'tool' in tool;
}

function checkedTool(name: string, tool: ChatTool | CallableTools): ChatTool | CallableTools {
  const place = `tools.${name}`;
  if (!isObject(tool)) throw typeError(place, 'a tool: an object with `declaration` and `run`', tool);
  if (isSet(tool)) {
    assertMethod(place, tool, 'tool');
    assertMethod(place, tool, 'callTool');
    return tool;
  }
  const { declaration, timeout } = tool as Partial<ChatTool>;
  assertOptions(declaration, `${place}.declaration`);
  assertMethod(place, tool, 'run');
  if (timeout !== undefined) assertPositiveDelay(`${place}.timeout`, timeout);
  return tool;
}

function assertMethod<T extends object>(place: string, tool: T, name: keyof T & string): void {
  if (typeof tool[name] !== 'function') throw typeError(`${place}.${name}`, 'a function', tool[name]);
}
