import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A doc comment in a source file. */
export interface DocComment {
  /** The path from the project's root. */
  readonly file: string;
  /** The line of its first word, counted from 1. */
  readonly line: number;
  /** The comment without its stars. */
  readonly text: string;
  /** The declaration that follows the comment, if one does. */
  readonly declaration: ts.Node | undefined;
}

/** All files of some folders whose names end like that, as paths from the project's root, A to Z. */
export function filesIn(folders: readonly string[], ending: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
    .sort();
}

/** The doc comments of all sources that ship. */
export function shippedDocs(): DocComment[] {
  return filesIn(['src', 'operators'], '.ts').flatMap((file) =>
    docCommentsIn(file, readFileSync(`${root}${file}`, 'utf8')),
  );
}

/** The doc comments of one file, in order. */
export function docCommentsIn(file: string, source: string): DocComment[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const declarations = new Map<number, ts.Node>();
  const starts = new Map<number, number>();
  const visit = (node: ts.Node): void => {
    for (const child of node.getChildren(tree)) {
      if (ts.isJSDoc(child)) {
        starts.set(child.pos, child.end);
        if (!declarations.has(child.pos)) declarations.set(child.pos, node);
      } else visit(child);
    }
    // A comment that no declaration follows is of no node.
    for (const { pos, end } of ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []) {
      if (source.startsWith('/**', pos)) starts.set(pos, end);
    }
  };
  visit(tree);
  return [...starts]
    .sort(([a], [b]) => a - b)
    .map(([start, end]) => {
      const comment = source.slice(start, end);
      const line = tree.getLineAndCharacterOfPosition(start + comment.search(/[^/*\s]/)).line + 1;
      const text = comment.slice(3, -2).replace(/^[ \t]*\*[ \t]?/gm, '');
      return { file, line, text: text.trim(), declaration: declarations.get(start) };
    });
}

/** The name that a declaration gives, `''` if it has no name. */
export function nameOf(declaration: ts.Node | undefined): string {
  if (!declaration) return '';
  if (ts.isVariableStatement(declaration)) return nameOf(declaration.declarationList.declarations[0]);
  return (declaration as ts.NamedDeclaration).name?.getText() ?? '';
}
