import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from './docComments.js';
import { digits, documentedOption, programOf, statementsIn, type DocumentedOption } from './optionTypes.js';

const files = {
  ToSseResponseOptions: 'src/sinks/toSseResponse.ts',
  PipeToServerResponseOptions: 'src/sinks/pipeToServerResponse.ts',
  FromSseOptions: 'src/sources/fromSse.ts',
  ReconnectOptions: 'src/sources/reconnectReply.ts',
};
type Interface = keyof typeof files;

const text = readFileSync(`${root}docs/wire.md`, 'utf8');
const program = programOf(Object.values(files));

/** The options of an exported interface, inherited ones included. */
function optionsOf(name: Interface): DocumentedOption[] {
  const checker = program.getTypeChecker();
  const declared = statementsIn(program, files[name]).filter(ts.isInterfaceDeclaration);
  return declared
    .filter((one) => one.name.text === name)
    .flatMap((one) => checker.getTypeAtLocation(one).getProperties())
    .map((option) => documentedOption(option, checker));
}

/** The rows of the table of options in a section: the name, the type, the default, and the rest of the cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^(?=## )/m).find((one) => one.startsWith(`## ${heading}\n`)) ?? '';
  const [table = ''] = /^\| option .*\n(\|.*\n)+/m.exec(section) ?? [];
  return [...table.matchAll(/^\| `.*$/gm)].map(([row]) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1)
      .map((cell) => cell.trim()),
  );
}

const sinks = rowsUnder('Options of the sinks');
const source = rowsUnder('`fromSse`');
const isNested = ([name = '']: readonly string[]) => name.startsWith('`reconnect.');

describe.each<[Interface, readonly (readonly string[])[]]>([
  ['ToSseResponseOptions', sinks.filter(([, , , sink]) => sink !== '`pipeToServerResponse`')],
  ['PipeToServerResponseOptions', sinks.filter(([, , , sink]) => sink !== '`toSseResponse`')],
  ['FromSseOptions', source.filter((row) => !isNested(row))],
  ['ReconnectOptions', source.filter(isNested)],
])('the options of %s in docs/wire.md', (name, rows) => {
  it('are all there, and no others, with their defaults', () => {
    const found = new Map(
      rows.map(([option = '', , value = '']) => [option.replace(/^`(reconnect\.)?|`$/g, ''), value]),
    );
    const options = optionsOf(name);
    expect(options.length).toBeGreaterThan(2);
    expect([...found.keys()].toSorted()).toEqual(options.map((option) => option.name).toSorted());
    for (const { name: option, defaultValue } of options) {
      if (defaultValue !== undefined) expect(digits(found.get(option) ?? ''), option).toContain(defaultValue);
    }
  });
});
