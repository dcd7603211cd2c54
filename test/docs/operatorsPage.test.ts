import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from './docComments.js';
import { exportedFunctions, type ExportedFunction } from './examples.js';
import { digits, documentedOption, programOf, statementsIn, type DocumentedOption } from './optionTypes.js';

const page = 'docs/operators.md';

/** Functions that are not pipeable, and that a reader of the catalogue looks for. */
const others = [
  'citedText',
  'closeMarkdown',
  'costOf',
  'createRateLimiter',
  'createReplies',
  'fallback',
  'hedge',
  'sourcesOf',
];

/** Those that have no picture, because they are functions of a whole reply. */
const withoutPicture = ['citedText', 'costOf', 'sourcesOf'];

/** The sentence in the picture of an operator, which is the text in place of the picture too. */
function titleOf(name: string): string {
  const picture = readFileSync(`${root}docs/marbles/${name}.svg`, 'utf8');
  return /<title>\w+: ([^<]+)<\/title>/.exec(picture)?.[1] ?? '';
}

/** A section of the page: the text below a heading of the third level. */
interface Section {
  readonly title: string;
  readonly text: string;
}

const text = readFileSync(root + page, 'utf8');
const sections = text.split(/^(?=#{2,3} )/m).flatMap((section): Section[] => {
  const title = /^### (.+)\n/.exec(section)?.[1];
  return title === undefined ? [] : [{ title, text: section }];
});

const functions = exportedFunctions();
const documented = functions.filter(({ name, isPipeable }) => isPipeable || others.includes(name));

const program = programOf(documented.map(({ file }) => file));
const checker = program.getTypeChecker();

/** The options of a function: of its parameters, and of the option types that its file exports beside it. */
function optionsOf({ name, file }: ExportedFunction): DocumentedOption[] {
  const statements = statementsIn(program, file);
  const parameters = statements
    .filter(ts.isFunctionDeclaration)
    .filter((declared) => declared.name?.text === name)
    .flatMap(({ parameters: all }) => all.map((parameter) => checker.getTypeAtLocation(parameter)));
  const exported = statements
    .filter((statement) => ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    .map((declared) => checker.getTypeAtLocation(declared));
  const types = [...parameters, ...exported].flatMap((type) => (isOptions(type) ? [type] : membersOf(type)));
  const found = types
    .filter(isOptions)
    .flatMap(membersOf)
    .flatMap((type) => type.getProperties());
  return [...new Map(found.map((option) => [option.name, documentedOption(option, checker)])).values()];
}

/** Whether a type is a named one for options: `BufferChunksOptions`. */
function isOptions(type: ts.Type): boolean {
  return (type.aliasSymbol ?? type.getSymbol())?.name.endsWith('Options') ?? false;
}

function membersOf(type: ts.Type): ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

/** The rows of the option table of a section, or of the section to which it refers. */
function rowsOf(section: Section): readonly (readonly string[])[] {
  const reference = /^Options: those of \[`(\w+)`\]/m.exec(section.text)?.[1];
  const source =
    reference === undefined ? section.text : (sections.find(({ title }) => title === reference)?.text ?? '');
  const [table = ''] = /^\| option .*\n(\|.*\n)+/m.exec(source) ?? [];
  return [...table.matchAll(/^\| `.*$/gm)].map(([row]) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

it('has a section for each operator, once, and for no other name', () => {
  const titles = sections.map(({ title }) => title);
  expect(titles.toSorted()).toEqual(documented.map(({ name }) => name).toSorted());
});

it('names each function that reads or merges chunks', () => {
  const readers = functions.filter(({ file }) => file.startsWith('src/chunk/')).map(({ name }) => name);
  expect(readers.length).toBeGreaterThan(10);
  expect(
    [...readers, 'ChunkBuilder', 'emptyChunk'].filter((name) => !new RegExp(`\`(new )?${name}\\b`).test(text)),
  ).toEqual([]);
});

describe.each(documented)('the section of $name', (declared) => {
  const section = sections.find(({ title }) => title === declared.name) ?? { title: '', text: '' };

  it('has the picture of the operator with its sentence, an example and the line on losses and memory', () => {
    const { name } = declared;
    const pictures = section.text.matchAll(/^!\[(.+)\]\((.+)\)$/gm);
    const expected = withoutPicture.includes(name) ? [] : [[titleOf(name), `marbles/${name}.svg`]];
    expect([...pictures].map(([, alt, file]) => [alt, file])).toEqual(expected);
    expect(section.text.match(new RegExp(`^<!-- example ${name} -->$`, 'gm'))).toHaveLength(1);
    expect(section.text.match(/\*\*Loses \/ holds\*\*: [A-Z]/g)).toHaveLength(1);
  });

  it('lists exactly the options of the operator, with their defaults', () => {
    const rows = rowsOf(section);
    const options = optionsOf(declared);
    const listed = rows.map(([, name = '']) => name.replaceAll('`', ''));
    expect(listed.toSorted()).toEqual(options.map(({ name }) => name).toSorted());
    for (const { name, defaultValue } of options) {
      if (defaultValue === undefined) continue;
      const cell = rows.find(([, option]) => option === `\`${name}\``)?.[3] ?? '';
      expect(digits(cell), `the default of ${name}`).toContain(defaultValue);
    }
  });

  it('has at most 50 lines', () => {
    expect(section.text.trimEnd().split('\n').length).toBeLessThanOrEqual(50);
  });
});
