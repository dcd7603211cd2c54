import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeMarkdown } from '../../../operators/show/closeMarkdown.js';
import { growth, linear } from '../../support/growth.js';

const fence = '```';

/** Markdown as a model writes it: finished. */
const documents: readonly string[] = [
  '# Title\n\nSome **bold text** and *italic* and ***both*** with `code` and ~~gone~~ done.\n\n- one **a**\n- two\n  - nested `x`\n\nEnd.',
  'A [link text](https://example.com/a_b) here, and ![an image](https://x.y/z.png "title") there. <https://example.com>',
  `Code:\n\n${fence}js\nconst a = \`b\`;\n// **not bold\n${fence}\n\nAfter **it**.`,
  `1. Do:\n   ${fence}sh\n   npm i\n   ${fence}\n2. Then **that**\n\n> quote with **bold\n> lines** here\n> ${fence}\n> code\n> ${fence}\n\ntext`,
  '| Name | Age |\n|------|-----|\n| **Bob** | `3` |\n| Al | 5 |\n\nafter',
  'Intro:\n* item *em*\n* item __bold__ and _em_\n\nTitle\n=====\n\nOther\n---\n\n***\n\nsnake_case and 5*3 = 15 and 2**3 = 8.',
  '**Bold with [link](http://x.y) inside** and *em with `code*` in it*. <br> x <b class="a">y</b> z.',
  '这是**粗体**文字，还有`代码`。',
  `~~~~md\n${fence}\ninner\n${fence}\n~~~~\n\nok \`\`a\`b\`\` fine`,
  '- [ ] task **one**\n- [x] done [a][b]\n\n[b]: http://x.y',
  'Say \\*hi\\* and **a \\* b**, an interval [0, 1) and list[0], 1 < 2, a & b, [Your Name]',
  '<details>\n<summary>More *text</summary>\n\nInner **bold**\n\n</details>',
  '    indented **code\n\nText',
];

describe('closeMarkdown', () => {
  it.each(documents)('leaves a finished text unchanged: %j', (document) => {
    expect(closeMarkdown(document)).toBe(document);
  });

  it.each<[string, string]>([
    ['**bo', '**bo**'],
    ['**bold*', '**bold**'],
    ['***bo', '***bo***'],
    ['***bo*', '***bo***'],
    ['**a *b', '**a *b***'],
    ['**a _b', '**a _b_**'],
    ['*a', '*a*'],
    ['__a', '__a__'],
    ['~~a', '~~a~~'],
    ['~~a~', '~~a~~'],
    ['**bold ', '**bold** '],
    ['**bold\n', '**bold**\n'],
    ['**bold\\', '**bold**'],
    ['这是**粗', '这是**粗**'],
    ['- **a** b\n- *c', '- **a** b\n- *c*'],
    ['**a\n\n*b', '**a\n\n*b*'],
    ['# **a', '# **a**'],
    ['> **a\n> b', '> **a\n> b**'],
  ])('closes emphasis: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['**', ''],
    ['a **', 'a '],
    ['a **b** *', 'a **b** '],
    ['**a *', '**a** '],
    ['这是**', '这是'],
    ['a ~~', 'a '],
    ['a `', 'a '],
    ['a ``', 'a '],
  ])('drops marks without a text after them: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each([
    'price*',
    'snake_',
    'snake_case',
    '5*3',
    '2**3',
    'a * b',
    '\\*a',
    '\\',
    'C:\\',
    '20~25',
    '# ',
    '42.',
    'In\n1986.',
    '    a\n    - ',
    '<div>\n- ',
    '-\n',
  ])('leaves plain marks unchanged: %j', (text) => {
    expect(closeMarkdown(text)).toBe(text);
  });

  it.each<[string, string]>([
    ['`co', '`co`'],
    ['**a `co', '**a `co`**'],
    ['`**a', '`**a`'],
    ['``a`', '``a``'],
    ['``a`b', '``a`b``'],
    ['`a``', '`a`` `'],
    ['`a\n', '`a`\n'],
  ])('closes code, and changes none: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    [fence, `${fence}\n${fence}`],
    [`${fence}js`, `${fence}js\n${fence}`],
    [`${fence}js\na **b`, `${fence}js\na **b\n${fence}`],
    [`${fence}\na\n`, `${fence}\na\n${fence}`],
    [`${fence}\na\n\n**b\n\``, `${fence}\na\n\n**b\n${fence}`],
    [`${fence}\na\n\`\``, `${fence}\na\n${fence}`],
    [`~~~~\n~~~\n${fence}`, `~~~~\n~~~\n${fence}\n~~~~`],
    [`- a\n  ${fence}\n  b`, `- a\n  ${fence}\n  b\n  ${fence}`],
    [`- ${fence}\n  b`, `- ${fence}\n  b\n  ${fence}`],
    [`> ${fence}\n> b`, `> ${fence}\n> b\n> ${fence}`],
    [`> ${fence}\n> b\n\n**c`, `> ${fence}\n> b\n\n**c**`],
    [`- a\n  ${fence}\n  b\n\nc **d`, `- a\n  ${fence}\n  b\n\nc **d**`],
    [`${fence}\r\na`, `${fence}\r\na\n${fence}`],
  ])('closes a block of code: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['see [te', 'see te'],
    ['see [text](', 'see text'],
    ['see [text](http://x.y/a_b', 'see text'],
    ['see [text](http://x.y "ti', 'see text'],
    ['see [text](http://x.y/(a', 'see text'],
    ['see [text][re', 'see text'],
    ['**see [te', '**see te**'],
    ['see [**te', 'see **te**'],
    ['**see [text](htt', '**see text**'],
    ['[', ''],
    ['- [', ''],
    ['a ![', 'a '],
    ['a ![alt', 'a '],
    ['a ![alt]', 'a '],
    ['a ![alt](http://x', 'a '],
    ['[![alt](http://x', ''],
    ['[![alt](http://x)', '![alt](http://x)'],
  ])('shows a half link as its text, and no half image: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each(['in [0, 1) and', 'list[0', '[1]', '[Your Name]', '[a](b)', '[a](b (c) "d")', 'f(a, b', '- [x] a'])(
    'leaves other brackets unchanged: %j',
    (text) => {
      expect(closeMarkdown(text)).toBe(text);
    },
  );

  it.each<[string, string]>([
    ['a <b', 'a '],
    ['a <', 'a '],
    ['a </b', 'a '],
    ['I <3', 'I <3'],
    ['a <span class="x', 'a '],
    ['a <https://x', 'a '],
    ['a <!-- b **c', 'a '],
    ['<div cla', ''],
    ['**a <br', '**a** '],
    ['a < b', 'a < b'],
    ['a <b>*c</b>', 'a <b>*c</b>*'],
    ['if x <y is small', 'if x <y is small'],
  ])('drops a half tag: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['|', ''],
    ['| Na', '| Na |\n| --- |'],
    ['| Name | A', '| Name | A |\n| --- | --- |'],
    ['| Name | **A', '| Name | **A** |\n| --- | --- |'],
    ['| Name | Age |\n|--', '| Name | Age |\n| --- | --- |'],
    ['a\n\n> | N | A |\n', 'a\n\n> | N | A |\n> | --- | --- |'],
    ['| a | b |\n|---|---|\n| **c', '| a | b |\n|---|---|\n| **c**'],
    ['| a | b |\n|---|---|\n| **c | d', '| a | b |\n|---|---|\n| **c | d'],
    ['|x| is the absolute value', '|x| is the absolute value'],
    ['a | b', 'a | b'],
  ])('shows a half table as a table: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['- ', ''],
    ['-', ''],
    ['* ', ''],
    ['1. ', ''],
    ['42. ', ''],
    ['- - ', ''],
    ['> - ', '> '],
    ['a\n\n- ', 'a\n\n'],
    ['a\n1. ', 'a\n'],
    ['a\n1.', 'a\n'],
    ['a\n- - ', 'a\n'],
    ['- a\n- ', '- a\n'],
    ['- a\n  - ', '- a\n'],
    ['- a\n    - ', '- a\n'],
    ['1. a\n2.', '1. a\n'],
    ['1. a\n\n2. ', '1. a\n\n'],
    ['- a\n- **', '- a\n'],
    ['- **a\n- [ ]', '- **a**\n'],
  ])('drops a list item that has no text yet: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['Text\n-', 'Text\n'],
    ['Text\n- ', 'Text\n'],
    ['Text\n=', 'Text\n'],
    ['- a\n-', '- a\n'],
    ['Text\n---', 'Text\n---'],
  ])('drops a lone marker, which would make a heading of the text above: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['**Result: 5*3 = 1', '**Result: 5*3 = 1**'],
    ['**a*b*c', '**a*b*c**'],
    ['*a**b', '*a**b***'],
    ['***a** b', '***a** b*'],
    ['**a*', '**a**'],
  ])('closes marks around a mark within a word, by the rule of three: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it.each<[string, string]>([
    ['- [', ''],
    ['- [x', ''],
    ['1. [ ] ', ''],
    ['- [ ] a\n- [ ]', '- [ ] a\n'],
    ['- [X] a', '- [X] a'],
    ['- [xy', '- xy'],
    ['[x]', '[x]'],
    ['> [ ]', '> [ ]'],
  ])('drops the box of a task without its text: %j', (text, closed) => {
    expect(closeMarkdown(text)).toBe(closed);
  });

  it('shows no markup at the end of any beginning of a document, and the beginning of its text', () => {
    for (const document of documents.slice(0, 3)) {
      for (let length = 0; length <= document.length; length++) {
        // Text in brackets may be finished (`[Your Name]`), and so may an exclamation.
        if (/[\]!]/.test(document.charAt(length - 1))) continue;
        const closed = closeMarkdown(document.slice(0, length));
        expect(plainTextOf(closed)).not.toMatch(/[*`~]|\]\(/);
        const [shown, whole] = [closed, document].map((one) => plainTextOf(one).replace(/\s+/g, ' ').trim());
        expect(whole?.slice(0, shown?.length)).toBe(shown);
      }
    }
  });

  it('is idempotent', () => {
    const tokens = [
      ...['a', 'bo', ' ', '\n', '\n\n', '*', '**', '***', '_', '__', '~~', '`', '``', fence, '~~~', '[', ']', ']('],
      ...[
        '(',
        ')',
        '![',
        '<',
        '>',
        '> ',
        '- ',
        '* ',
        '1. ',
        '# ',
        '[ ]',
        '[x',
        '|',
        '| ',
        '---',
        '\\',
        '<b',
        '<!--',
        '-->',
        '中',
        '.',
      ],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 10 }), (drawn) => {
        const closed = closeMarkdown(drawn.join(''));
        expect(closeMarkdown(closed)).toBe(closed);
      }),
      { numRuns: 3_000, seed: 1 },
    );
    for (const document of documents) {
      for (let length = 0; length <= document.length; length++) {
        const closed = closeMarkdown(document.slice(0, length));
        expect(closeMarkdown(closed)).toBe(closed);
      }
    }
  });

  it.each([
    'a **b** `c`\n',
    'a\n\n',
    '[',
    '![',
    '*a ',
    '*a _b ',
    '_a~~b*c ',
    '`a ``b ',
    '<a ',
    '<!-- ',
    '[a](b"',
    '\\|',
    '> ',
    '- ',
    '**a*b ',
    'a*b**c ',
  ])('takes linear time for many %j', async (token) => {
    expect(await growth(1_000, (size) => closeMarkdown(`**x ${token.repeat(size)}`))).toBeLessThan(linear);
  });

  it('throws for a value that is not a string', () => {
    expect(() => closeMarkdown(3 as never)).toThrow(new TypeError('Expected `text` to be a string, got 3'));
  });
});

/** The text that a view shows, of the Markdown in the documents. */
function plainTextOf(markdown: string): string {
  return markdown
    .replace(/^```[^]*?^```$/gm, '')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/`[^`]+`/g, (code) => code.slice(1, -1))
    .replace(/<[^>]+>/g, '')
    .replace(/\*{1,3}([^*]+)\*{1,3}/g, '$1')
    .replace(/~~([^~]+)~~/g, '$1')
    .replace(/^ *(?:#+|[-*])(?: |$)/gm, '');
}
