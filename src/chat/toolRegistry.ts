import { defer, forkJoin, map, of, type Observable } from 'rxjs';
import type { ToolRun } from '../chunk/annotations.js';
import { isObject } from '../rx/isObject.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import { builtInClassOf } from '../rx/builtInClassOf.js';
import { assertOptions, assertPositiveDelay, typeError } from '../rx/assertions.js';
import type { Approve, CallableTools, ChatTool, ChatTools } from './chatTools.js';
import { failedRun, runTool } from './runTool.js';
import { assertValid, aString, listOf, objectOf, optional } from './validators.js';
import { isMedia } from './toolResult.js';

/** The tools of a chat: what the model is told of them, and how a call finds its own. */
export class ToolRegistry {
  readonly #own = new Map<string, ChatTool>();
  readonly #sets = new Map<string, CallableTools>();
  /** Whose function is called what, as they last said. */
  #owners = new Map<string, CallableTools>();
  readonly #approve: Approve | undefined;

  /** @throws TypeError, RangeError - If one of `tools` is not a tool. */
  constructor(tools: ChatTools, approve: Approve | undefined) {
    this.#approve = approve;
    if (!isObject(tools) || builtInClassOf(tools)) {
      throw typeError('tools', 'an object of tools by their names', tools);
    }
    for (const [name, tool] of Object.entries(tools)) {
      const own = checked(name, tool);
      if (isSet(own)) this.#sets.set(name, own);
      else this.#own.set(name, own);
    }
  }

  get isEmpty(): boolean {
    return this.#own.size === 0 && this.#sets.size === 0;
  }

  /** What `config.tools` gets. */
  declare(): Observable<object[]> {
    const own = [...this.#own].map(([name, { declaration }]) => ({ ...declaration, name }));
    const ownTools = own.length === 0 ? [] : [{ functionDeclarations: own }];
    if (this.#sets.size === 0) return of(ownTools);
    return forkJoin([...this.#sets].map(declaredBy)).pipe(
      map((declared) => {
        this.#owners = new Map(declared.flatMap(({ set, names }) => names.map((name) => [name, set] as const)));
        return [...ownTools, ...declared.map(({ tool }) => tool)];
      }),
    );
  }

  /** Runs the tool of a call; never errors. */
  run(call: GeminiFunctionCall): Observable<ToolRun> {
    const owner = this.#owners.get(call.name);
    const tool = this.#own.get(call.name) ?? (owner && toolOf(owner, call));
    if (!tool) return of(failedRun(call, new Error(`There is no function named '${call.name}'.`)));
    return runTool(call, tool, this.#approve);
  }
}

const declarations = listOf(objectOf({ name: optional(aString) }));
const aTool = objectOf({ functionDeclarations: (list) => (list == null ? undefined : declarations(list)) });

/** The functions of a set, which may give them at once, too. */
function declaredBy([name, set]: readonly [string, CallableTools]) {
  return defer(async () => set.tool()).pipe(
    map((tool) => {
      assertValid(`tools.${name}.tool()`, tool, aTool);
      return { set, tool, names: tool.functionDeclarations?.map((declared) => declared.name ?? '') ?? [] };
    }),
  );
}

/** One call to a set of functions. */
function toolOf(set: CallableTools, { id, name }: GeminiFunctionCall): ChatTool {
  return {
    declaration: {},
    async run(args) {
      const answer: unknown = await set.callTool([{ ...(id !== undefined && { id }), name, args: { ...args } }]);
      const parts = Array.isArray(answer) ? answer.filter(isObject) : [];
      const functionResponse = parts.map((part) => part['functionResponse']).find(isObject);
      if (!functionResponse) throw new Error(`The function '${name}' gave no response.`);
      const { response = {}, parts: own } = functionResponse;
      // Pictures beside the response, as older tools return them, would stand between the responses to parallel calls.
      const media = [...(Array.isArray(own) ? (own as unknown[]) : []), ...parts.filter(isMedia)];
      return { functionResponse: { response: isObject(response) ? response : { output: response }, parts: media } };
    },
  };
}

function isSet(tool: ChatTool | CallableTools): tool is CallableTools {
  return 'callTool' in tool && 'tool' in tool;
}

function checked(name: string, tool: ChatTool | CallableTools): ChatTool | CallableTools {
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
