import type { ProgramFailure } from '../run/protocol.ts';

/** An error of a program at a line that is known. */
export class ProgramError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** The failure that an error of a program is, with its place by the stack of the error. */
export function failureOf(error: unknown, address: string): ProgramFailure {
  if (error instanceof ProgramError) return { message: error.message, line: error.line };
  if (!(error instanceof Error)) return { message: `The program threw ${String(error)}` };
  return { message: `${error.name}: ${error.message}`, ...placeIn(error, address) };
}

/** The error of the program's own code among an error and its causes; undefined if the program did not throw it. */
export function ownError(error: unknown, address: string): Error | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (!('kind' in current) && placeIn(current, address)) return current;
  }
  return undefined;
}

function placeIn({ stack = '' }: Error, address: string): Pick<ProgramFailure, 'line' | 'column'> | undefined {
  const at = stack.indexOf(`${address}:`);
  if (at < 0) return undefined;
  const [line, column] = stack.slice(at + address.length + 1).split(/\D/, 2);
  return { line: Number(line), column: Number(column) };
}
