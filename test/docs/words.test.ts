import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docCommentsIn, filesIn, root, shippedDocs } from './docComments.js';
import {
  listOf,
  sentencesWithNone,
  sentencesWithWhat,
  titlesIn,
  wrongBeginnings,
  wrongTitles,
  wrongWhethers,
  type Finding,
} from './words.js';

describe('the doc comments of the sources', () => {
  const docs = shippedDocs();

  it('begin with a noun or a verb, not with What, Where or How', () => {
    expectNone(wrongBeginnings(docs));
  });

  it('begin with Whether only on a boolean', () => {
    expectNone(wrongWhethers(docs));
  });

  it('call a value "not a valid X" instead of none', () => {
    expectNone(sentencesWithNone(docs));
  });

  it('use the word "what" at most once in 1,000 words', () => {
    const { findings, words } = sentencesWithWhat(docs);
    expect(words).toBeGreaterThan(10_000);
    if (findings.length > words / 1_000) expectNone(findings, ` in ${String(words)} words`);
  });
});

describe('the titles of the tests', () => {
  const files = filesIn(['test'], '.test.ts');
  const titles = files.flatMap((file) => titlesIn(file, readFileSync(`${root}${file}`, 'utf8')));

  it('state behaviour in the words of the doc comments', () => {
    expect(titles.length).toBeGreaterThan(1_000);
    expectNone(wrongTitles(titles));
  });
});

describe('the rules', () => {
  const sentencesOf = (findings: readonly Finding[]) => findings.map(({ sentence }) => sentence);
  const docsOf = (source: string) => docCommentsIn('example.ts', source);

  it.each([
    ['/** What it costs. */ const cost = 1;', ['What it costs.']],
    ['/** The cost. */ const cost = 1;', []],
    ['/** Whatever was thrown. */ const thrown = 1;', []],
    [
      '/**\n * Reads.\n *\n * @param path - Where it is.\n * @returns How much.\n */\nfunction f() {}',
      ['Where it is.', 'How much.'],
    ],
    ['/**\n * Reads.\n *\n * @see {@link g} for what\n * How often is up to the caller.\n */\nfunction f() {}', []],
    ['/** @throws TypeError - What a shame. */ function f() {}', []],
  ])('find What, Where and How in front: %s', (source, sentences) => {
    expect(sentencesOf(wrongBeginnings(docsOf(source)))).toEqual(sentences);
  });

  it.each([
    'interface A {\n/** Whether it shows. */ readonly shown?: boolean | undefined; }',
    'interface A {\n/** Whether it shows. */ readonly shown: (value: unknown) => boolean; }',
    'interface A {\n/** Shows.\n * @param isSent - Whether it is. */ readonly show: (isSent: (value: unknown) => boolean) => string; }',
    'interface A {\n/** Whether it shows. */ shows(value: unknown): value is string; }',
    'interface A {\n/** Whether it shows all of them, or those in the list. */ readonly shown?: boolean | readonly string[]; }',
    'class A {\n/** Whether it is over. */ #isOver = false;\n/** Whether it is. */ get any(): boolean { return true; } }',
    '/** Whether it shows. */ export function shows(value: unknown): boolean { return true; }',
    '/** Whether it shows. */ const shows = (value: unknown) => value !== undefined;',
    '/** Whether it shows. */ let hasShown: unknown;',
    '/**\n * Shows.\n *\n * @param loud - Whether it cries.\n * @returns Whether it did.\n */\nfunction show(loud: boolean): boolean { return loud; }',
  ])('let Whether pass on a boolean: %s', (source) => {
    expect(docsOf(source).length).toBeGreaterThan(0);
    expect(wrongWhethers(docsOf(source))).toEqual([]);
  });

  it.each([
    'interface A {\n/** Whether it shows. */ readonly shown?: string | undefined; }',
    'interface A {\n/** Whether it shows. */ readonly shown?: "all" | "none"; }',
    '/** Whether it shows. */ export function shows(value: unknown): number { return 1; }',
    '/** Whether it shows. */ const shows = (value: unknown) => value;',
    '/** Whether it shows. */',
    '/**\n * Shows.\n *\n * @param loud - Whether it cries.\n */\nfunction show(loud: number): boolean { return true; }',
  ])('find Whether elsewhere: %s', (source) => {
    expect(wrongWhethers(docsOf(source))).toHaveLength(1);
  });

  it('find none after a form of "be", across a line break too, but not in code', () => {
    const bad = '/** Emits nothing if there is\n * none, and `is none` is code. */ const a = 1;';
    const good = '/** None of them is `none`; none is. Where is none-the-less? */ const a = 1;';
    expect(sentencesOf(sentencesWithNone(docsOf(bad)))).toHaveLength(1);
    expect(sentencesWithNone(docsOf(good)).map(({ sentence }) => sentence)).toEqual(['Where is none-the-less?']);
  });

  it('count "what" and all words, without code and tags', () => {
    const doc =
      '/**\n * Shows what it has. All of it.\n *\n * ```ts\n * what();\n * ```\n * @returns A `what`, and a {@link what}.\n */\nlet a;';
    const { findings, words } = sentencesWithWhat(docsOf(doc));
    expect(sentencesOf(findings)).toEqual(['Shows what it has.']);
    expect(words).toBe(10);
  });

  it('find titles, with and without a table', () => {
    const source =
      "describe('what is', () => { it('shows', f); it.each([['how']])('should %s', f); test(`there ${is} none`, f); });";
    const titles = titlesIn('a.test.ts', source);
    expect(sentencesOf(titles)).toEqual(['what is', 'shows', 'should %s', '`there ${is} none`']);
    expect(sentencesOf(wrongTitles(titles))).toEqual(['what is', 'should %s']);
  });

  it('name the line of the sentence', () => {
    const source =
      'const a = 1;\n\n/**\n * Reads a file.\n *\n * It is closed. That is what\n * the caller needs.\n */\nconst b = 2;';
    expect(listOf(sentencesWithWhat(docsOf(source)).findings)).toBe('example.ts:6  That is what the caller needs.');
    expect(listOf(wrongBeginnings(docsOf('\n/** What. */\nlet a;')))).toBe('example.ts:2  What.');
  });
});

/** Fails with a list of the findings. */
function expectNone(findings: readonly Finding[], among = ''): void {
  if (findings.length > 0) expect.fail(`${String(findings.length)} found${among}:\n${listOf(findings)}\n`);
}
