import type { DeclaredTools } from './chatSource.js';
import type { CallableTools, ChatTools } from './chatTools.js';
import { ToolRegistry } from './toolRegistry.js';

/**
 * Returns the declarations of tools in the form of `config.tools`, for a Live session whose calls {@link answerCalls}
 * answers. (`createChat` declares its tools by itself.)
 *
 * A set of functions, such as `mcpToTool(client)`, is returned unchanged: the SDK asks the set for its declarations when
 * it opens a session.
 *
 * @param tools - The tools, by the names under which the model calls them.
 * @returns A list for `config.tools`: one element for all tools with a `declaration`, and one for each set.
 * @throws TypeError, RangeError - If one of `tools` is not a tool, or a declaration has no JSON.
 * @example
 * ```ts
 * const tools = { now: { declaration: { description: 'The time of day.' }, run: () => '12:00' } };
 * console.log(JSON.stringify(declareTools(tools)));
 * ```
 * @public
 */
export function declareTools<T extends ChatTools>(tools: T): (DeclaredTools | Extract<T[keyof T], CallableTools>)[] {
  return new ToolRegistry(tools, undefined).listed() as (DeclaredTools | Extract<T[keyof T], CallableTools>)[];
}
