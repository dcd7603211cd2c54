import type { ProgramFailure } from '../run/protocol.ts';

/** The failure with its place in the code, if the place can be found out. */
export async function placedFailure(failure: ProgramFailure, code: string): Promise<ProgramFailure> {
  if (failure.line !== undefined || !failure.message.startsWith('SyntaxError')) return failure;
  const name = /export named '([^']+)'/.exec(failure.message)?.[1];
  if (name !== undefined) {
    const before = code.slice(0, code.search(new RegExp(`\\b${name.replaceAll('$', '\\$')}(?![\\w$])`)));
    const message = `SyntaxError: the module does not export '${name}'`;
    return { message, line: before.split('\n').length };
  }
  const { placeOfSyntaxError } = await import('./placeOfSyntaxError.ts');
  return { ...failure, ...placeOfSyntaxError(code) };
}
