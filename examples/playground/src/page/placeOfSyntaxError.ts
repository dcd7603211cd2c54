import { parse } from 'acorn';

/** The place of a syntax error, which browsers do not tell for a module; undefined if the syntax is right. */
export function placeOfSyntaxError(code: string): { readonly line: number; readonly column: number } | undefined {
  try {
    parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
    return undefined;
  } catch (error) {
    const { loc } = error as { readonly loc?: { readonly line: number; readonly column: number } };
    return loc && { line: loc.line, column: loc.column + 1 };
  }
}
