import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { filesIn, nameOf, root, shippedDocs } from './docComments.js';
import { blocksIn, pages } from './pages.js';

/** An `@example` of a doc comment, or a block of TypeScript in the README or a page of `docs`. */
export interface Example {
  /** The declaration that it documents, or the page and the heading under which it stands. */
  readonly of: string;
  /** The file that it is in, from the project's root. */
  readonly file: string;
  readonly code: string;
}

/** Every `@example` of the sources that ship, and the blocks of TypeScript that stand in a page and are no copies. */
export function allExamples(): Example[] {
  const documented = shippedDocs().flatMap(({ file, text, declaration }) =>
    [...text.matchAll(/@example\n```ts\n([^]*?)\n```/g)].map(([, code = '']) => ({
      of: nameOf(declaration),
      file,
      code,
    })),
  );
  const shown = pages.flatMap(blocksIn).filter(({ language, copyOf }) => language === 'ts' && copyOf === undefined);
  return [...shown, ...documented];
}

/** A function that a face of the package exports. */
export interface ExportedFunction {
  readonly name: string;
  readonly file: string;
  /** Whether it returns an operator. */
  readonly isPipeable: boolean;
}

/** The functions that the faces of the package export, each once. */
export function exportedFunctions(): ExportedFunction[] {
  const faces = filesIn(['src', 'operators'], '.ts').filter((file) => /^(src\/[^/]+|operators\/index)\.ts$/.test(file));
  const found = faces.flatMap((face) =>
    statementsOf(face)
      .filter(ts.isExportDeclaration)
      .flatMap(({ exportClause, moduleSpecifier }) => {
        const names = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : [];
        const path = (moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, '.ts');
        const file = new URL(path, `file:///${face}`).pathname.slice(1);
        return statementsOf(file)
          .filter(ts.isFunctionDeclaration)
          .filter((declared) => names.some(({ name }) => name.text === nameOf(declared)))
          .map((declared) => ({
            name: nameOf(declared),
            file,
            isPipeable: /\w*OperatorFunction</.test(declared.type?.getText() ?? ''),
          }));
      }),
  );
  return [...new Map(found.map((one) => [one.name, one])).values()];
}

const trees = new Map<string, readonly ts.Statement[]>();

function statementsOf(file: string): readonly ts.Statement[] {
  const known = trees.get(file);
  if (known) return known;
  const { statements } = ts.createSourceFile(
    file,
    readFileSync(`${root}${file}`, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  trees.set(file, statements);
  return statements;
}
