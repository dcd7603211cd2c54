import { defer, forkJoin, map, of, type Observable } from 'rxjs';
import type { ToolRun } from '../chunk/annotations.js';
import type { FunctionCall } from '../chunk/functionCallsOf.js';
import { assertPositiveDelay, typeError } from '../internal/assertions.js';
import type { Approve, CallableTools, ChatTool, ChatTools } from './chatTools.js';
import { failedRun, runTool } from './runTool.js';

/** The tools of a chat: what the model is told of them, and how a call finds its own. */
export class ToolBox {
  readonly #own = new Map<string, ChatTool>();
  readonly #sets: CallableTools[] = [];
  /** Whose function is called what, as they last said. */
  #owners = new Map<string, CallableTools>();
  readonly #approve: Approve | undefined;

  /** @throws TypeError, RangeError - If one of `tools` is none. */
  constructor(tools: ChatTools, approve: Approve | undefined) {
    this.#approve = approve;
    for (const [name, tool] of Object.entries(tools)) {
      if (isSet(tool)) this.#sets.push(tool);
      else this.#own.set(name, checked(name, tool));
    }
  }

  get isEmpty(): boolean {
    return this.#own.size === 0 && this.#sets.length === 0;
  }

  /** What `config.tools` gets. */
  declare(): Observable<object[]> {
    const own = [...this.#own].map(([name, { declaration }]) => ({ ...declaration, name }));
    const ownTools = own.length === 0 ? [] : [{ functionDeclarations: own }];
    if (this.#sets.length === 0) return of(ownTools);
    return forkJoin(this.#sets.map(declaredBy)).pipe(
      map((declared) => {
        this.#owners = new Map(declared.flatMap(({ set, names }) => names.map((name) => [name, set] as const)));
        return [...ownTools, ...declared.map(({ tool }) => tool)];
      }),
    );
  }

  /** Runs the tool of a call; never errors. */
  run(call: FunctionCall): Observable<ToolRun> {
    const owner = this.#owners.get(call.name);
    const tool = this.#own.get(call.name) ?? (owner && toolOf(owner, call));
    if (!tool) return of(failedRun(call, new Error(`There is no function named '${call.name}'.`)));
    return runTool(call, tool, this.#approve);
  }
}

function declaredBy(set: CallableTools) {
  return defer(() => set.tool()).pipe(
    map((tool) => ({ set, tool, names: tool.functionDeclarations?.map(({ name = '' }) => name) ?? [] })),
  );
}

/** One call to a set of functions. */
function toolOf(set: CallableTools, { id, name }: FunctionCall): ChatTool {
  return {
    declaration: {},
    async run(args) {
      const [part] = await set.callTool([{ ...(id !== undefined && { id }), name, args: { ...args } }]);
      if (part?.functionResponse) return part.functionResponse.response;
      throw new Error(`The function '${name}' gave no response.`);
    },
  };
}

function isSet(tool: ChatTool | CallableTools): tool is CallableTools {
  return 'callTool' in tool && 'tool' in tool;
}

function checked(name: string, tool: ChatTool): ChatTool {
  const { declaration, run, timeout } = tool as Partial<ChatTool>;
  if (typeof declaration !== 'object') throw typeError(`tools.${name}.declaration`, 'an object', declaration);
  if (typeof run !== 'function') throw typeError(`tools.${name}.run`, 'a function', run);
  if (timeout !== undefined) assertPositiveDelay(`tools.${name}.timeout`, timeout);
  return tool;
}
