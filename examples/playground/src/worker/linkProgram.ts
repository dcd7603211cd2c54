import { addressOfCode, type Modules } from './modules.ts';
import { ProgramError } from './programFailure.ts';

/** The module names of a program's imports: only a name that follows `from` at the head of a statement. */
const importPattern = /^([ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*|[ \t]*import\s*)(['"])([^'"\n]+)\2/gm;

/**
 * Replaces the names of modules by addresses that the browser can load. Each line stays where it is, so that errors
 * show their lines.
 *
 * @returns The address of the program.
 * @throws ProgramError - If a module is not among those of the playground.
 */
export async function linkProgram(
  code: string,
  files: Readonly<Record<string, string>>,
  modules: Modules,
): Promise<string> {
  const addresses = new Map<string, string>();
  for (const { 3: name = '', index } of code.matchAll(importPattern)) {
    const file = files[name.replace(/^\.\//, '')];
    const address = file === undefined ? await modules.addressOf(name) : addressOfCode(file);
    if (address === undefined) throw unknownModule(name, modules.names, code.slice(0, index));
    addresses.set(name, address);
  }
  const linked = code.replace(importPattern, (_, head: string, quote: string, name: string) =>
    [head, quote, addresses.get(name), quote].join(''),
  );
  return addressOfCode(linked);
}

function unknownModule(name: string, names: readonly string[], before: string): ProgramError {
  const line = before.split('\n').length;
  return new ProgramError(`There is no module '${name}' here. The playground has ${names.join(', ')}.`, line);
}
