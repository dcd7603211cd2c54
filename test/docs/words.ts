import ts from 'typescript';
import type { DocComment } from './docComments.js';

/** A place in a file, with the sentence that breaks a rule there. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly sentence: string;
}

/** The doc comments, and the descriptions of their tags, that begin with What, Where or How. */
export function wrongBeginnings(docs: readonly DocComment[]): Finding[] {
  return descriptionsIn(docs).filter(({ sentence }) => /^(?:What|Where|How)\b/.test(sentence));
}

/** The descriptions that begin with `Whether` but are not of a boolean. */
export function wrongWhethers(docs: readonly DocComment[]): Finding[] {
  return docs.flatMap((doc) =>
    descriptionsIn([doc])
      .filter(({ sentence }) => /^Whether\b/.test(sentence))
      .filter(({ parameter }) => !isBoolean(doc.declaration, parameter)),
  );
}

/** The sentences that say `is none`, `are none` or `be none`. */
export function sentencesWithNone(docs: readonly DocComment[]): Finding[] {
  return sentencesIn(docs).filter(({ words }) => /\b(?:is|are|be)\s+none\b/i.test(words));
}

/** The sentences that use the word `what`, and the number of all words. */
export function sentencesWithWhat(docs: readonly DocComment[]): { findings: Finding[]; words: number } {
  const sentences = sentencesIn(docs);
  const count = sentences.reduce((sum, { words }) => sum + (words.match(/[a-z][a-z'’-]*/gi)?.length ?? 0), 0);
  return { findings: sentences.filter(({ words }) => /\bwhat\b/i.test(words)), words: count };
}

/** The titles of tests that begin with What, Where or How, say `should`, or say `is none`. */
export function wrongTitles(titles: readonly Finding[]): Finding[] {
  const rule = /^(?:what|where|how)\b|\bshould\b|\b(?:is|are|be)\s+none\b/i;
  return titles.filter(({ sentence }) => rule.test(sentence));
}

/** The titles of the tests and groups in a test file, in order. */
export function titlesIn(file: string, source: string): Finding[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const titles: Finding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|test|describe)\b/.test(node.expression.getText(tree))) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        const line = tree.getLineAndCharacterOfPosition(title.getStart(tree)).line + 1;
        titles.push({ file, line, sentence: ts.isStringLiteralLike(title) ? title.text : title.getText(tree) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return titles;
}

/** A list for people: one line for each finding, with the path that an editor opens. */
export function listOf(findings: readonly Finding[]): string {
  return findings.map(({ file, line, sentence }) => `${file}:${String(line)}  ${sentence}`).join('\n');
}

/** The first sentence of a comment, or of the description of one of its tags. */
interface Description extends Finding {
  /** The parameter that it describes, if it is that of a `@param`. */
  readonly parameter: string | undefined;
}

/** `@param name - …`, `@returns …`, …; not examples, which are code, and not `@see`, which names something else. */
const tags = /^@(?:param\s+(\S+)\s+-|returns|remarks)\s+(.*)/;

function descriptionsIn(docs: readonly DocComment[]): Description[] {
  return docs.flatMap(({ file, line, text }) =>
    text.split('\n').flatMap((row, index): Description[] => {
      const [, parameter, described] = tags.exec(row) ?? [];
      const sentence = described ?? (index === 0 && !row.startsWith('@') ? row : undefined);
      return sentence === undefined ? [] : [{ file, line: line + index, sentence, parameter }];
    }),
  );
}

/** A sentence with its own words: without code, links and tags. */
interface Sentence extends Finding {
  readonly words: string;
}

function sentencesIn(docs: readonly DocComment[]): Sentence[] {
  return docs.flatMap(({ file, line, text }) => {
    // Of the same length, so that a place in it is a place in the text.
    const blank = (part: string) => part.replace(/[^\n]/g, ' ');
    const own = text.replace(/```[^]*?```|`[^`]*`|\{@link [^}]*\}|@\w+/g, blank);
    return [...own.matchAll(/[^]+?(?:[.:;!?](?=\s)|\n\s*\n|$)/g)].flatMap(({ 0: words, index }): Sentence[] => {
      const start = index + words.search(/\S|$/);
      const sentence = text
        .slice(start, index + words.length)
        .trim()
        .replace(/\s+/g, ' ');
      if (sentence === '') return [];
      return [{ file, line: line + text.slice(0, start).split('\n').length - 1, sentence, words }];
    });
  });
}

/** Whether the declaration, or one of its parameters, is a boolean or a function that returns one. */
function isBoolean(declaration: ts.Node | undefined, parameter?: string): boolean {
  if (!declaration) return false;
  if (ts.isVariableStatement(declaration)) return isBoolean(declaration.declarationList.declarations[0], parameter);
  const { name, type, initializer } = declaration as ts.NamedDeclaration & {
    readonly type?: ts.TypeNode;
    readonly initializer?: ts.Expression;
  };
  const callable = [initializer, type].find((node) => node && ts.isFunctionLike(node)) ?? declaration;
  const { parameters } = callable as { readonly parameters?: readonly ts.ParameterDeclaration[] };
  if (parameter !== undefined) return isBoolean(parameters?.find((one) => one.name.getText() === parameter));
  if (/^#?(?:is|has)[A-Z]/.test(name?.getText() ?? '')) return true;
  if (type) return /\b(?:boolean|true|false)\b|(?:^|=> )\w+ is /.test(type.getText());
  if (!initializer) return false;
  if (ts.isArrowFunction(initializer)) return isBooleanValue(initializer.body) || isBooleanType(initializer.type);
  return isBooleanValue(initializer);
}

function isBooleanType(type: ts.TypeNode | undefined): boolean {
  return /^(?:boolean|\w+ is )/.test(type?.getText() ?? '');
}

/** Whether an expression is a boolean by its form. */
function isBooleanValue(value: ts.Node): boolean {
  if (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isPrefixUnaryExpression(value)) return value.operator === ts.SyntaxKind.ExclamationToken;
  return ts.isBinaryExpression(value) && /^(?:[=!]==|[<>]=?|in|instanceof)$/.test(value.operatorToken.getText());
}
