import ts from 'typescript';
import { root } from './docComments.js';

/** An option, with the literal that its doc comment names as the default. */
export interface DocumentedOption {
  readonly name: string;
  readonly defaultValue: string | undefined;
}

/** A program of source files, named from the project's root. */
export function programOf(files: readonly string[]): ts.Program {
  return ts.createProgram(
    files.map((file) => root + file),
    { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, noEmit: true, skipLibCheck: true },
  );
}

/** The statements of a file of a program. */
export function statementsIn(program: ts.Program, file: string): readonly ts.Statement[] {
  return program.getSourceFile(root + file)?.statements ?? [];
}

/** An option of an interface, with its default. */
export function documentedOption(option: ts.Symbol, checker: ts.TypeChecker): DocumentedOption {
  const tag = option.getJsDocTags(checker).find(({ name }) => name === 'defaultValue');
  const value = ts.displayPartsToString(tag?.text).replaceAll('`', '');
  const literal = /^('\w+'|\d[\d_ ]*\d|\d|true\b|false\b)/.exec(value)?.[1];
  return { name: option.name, defaultValue: literal && digits(literal) };
}

/** A number without the characters that group its digits. */
export function digits(value: string): string {
  return value.replace(/(?<=\d)[_ ](?=\d)/g, '');
}
