import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The error of a wrong command line: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(`${message}. Try 'rxjs-gemini --help'.`);
  }
}

/** Parses arguments with `node:util`; throws a {@link UsageError} for arguments that `node:util` refuses. */
export function parseCommandLine<const O extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: O,
): ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(/\.\s/)[0] ?? '') : String(error));
  }
}

/** Reads a number within limits. */
export function numberOption(name: string, value: string, least: number, most: number): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= least && number <= most) return number;
  throw new UsageError(`Expected ${name} to be a number from ${String(least)} to ${String(most)}, got '${value}'`);
}

/** Reads a whole number within limits. */
export function wholeOption(name: string, value: string, least: number, most: number): number {
  const number = /^\s*\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(
    `Expected ${name} to be a whole number from ${String(least)} to ${String(most)}, got '${value}'`,
  );
}
