import { describe, expect, it } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import { cellsOf } from '../../../examples/terminal-chat/cellsOf.js';
import { output, tagged } from './shown.js';

describe('MarkdownWriter', () => {
  it.each([
    ['a **bold** word', 'a <b>bold</> word'],
    ['*italic* and _italic_', '<i>italic</> and <i>italic</>'],
    ['***both***', '<i><b>both</></>'],
    ['***both** italic*', '<i><b>both</></><i> italic</>'],
    ['~~gone~~ ~5', '<s>gone</> ~5'],
    ['un**believ**able', 'un<b>believ</>able'],
    ['使用**重点：**内容', '使用<b>重</><b>点：</>内容'],
    ['`code **x**` end', '<code>code</><code> **x**</> end'],
    ['``a ` b`` end', '<code>a</><code> `</><code> b</> end'],
    ['[a **link**](https://a.b/c_(d) "title") end', '<u>a</><u> </><b><u>link</></><dim> (https://a.b/c_(d))</> end'],
    ['![A cat](cat.png)', '<u>A</><u> cat</><dim> (cat.png)</>'],
    ['<https://a.b>', '<u>https://a.b</>'],
    ['Use \\*stars\\* &amp; &lt;b&gt;', 'Use *stars* & <b>'],
  ])('styles %s', (text, shown) => {
    expect(tagged(text)).toBe(shown);
  });

  it.each([
    '2 * 3 * 4',
    'x**2 + y**2',
    '2*3 = 6',
    'snake_case_name',
    'Dear [Your Name], see [1].',
    'a < b && c > d',
    '~5',
    '42.',
  ])('leaves %s as it is', (text) => {
    expect(output([text])).toBe(text);
  });

  it.each([
    ['**bol', '<b>bol</>'],
    ['**bold*', '<b>bold</>'],
    ['**bold** and **', '<b>bold</> and'],
    ['`npm inst', '<code>npm</><code> inst</>'],
    ['See [the man', 'See [the man'],
    ['See [the manual](https://exam', 'See <u>the</><u> manual</>'],
    ['text\n- ', 'text'],
    ['text\n\n#', 'text'],
    ['text\n\n``', 'text'],
    ['text\n\n```py', 'text'],
    ['text\n\n**', 'text'],
  ])('shows no mark of %j, which was cut off', (text, shown) => {
    expect(tagged(text)).toBe(shown);
  });

  it('ends emphasis that is not closed with its block', () => {
    expect(tagged('**bold\n\nplain')).toBe('<b>bold</>\n\nplain');
    expect(tagged('- *a\n- b')).toBe('• <i>a</>\n• b');
  });

  it('shows a closed mark at once, and an open one before it is closed', () => {
    expect(output(['**bold text'])).toContain('\u001B[1mbold\u001B[22m');
  });

  it('shows headings, nested lists with hanging indents, tasks and quotes', () => {
    const text = [
      '# Title',
      'Text',
      '1. first item that is long',
      '   - nested item that is long',
      '2. second',
      '- [x] done',
      '- [ ] open',
      '',
      '> quoted text that is long',
      '>',
      '> - item',
    ].join('\n');
    expect(stripVTControlCharacters(output([text], 20))).toBe(
      [
        'Title',
        'Text',
        '1. first item that',
        '   is long',
        '   ◦ nested item',
        '     that is long',
        '2. second',
        '☑ done',
        '☐ open',
        '',
        '│ quoted text that',
        '│ is long',
        '│',
        '│ • item',
      ].join('\n'),
    );
  });

  it('names the language of code between rules, and neither breaks nor styles its lines', () => {
    const code = `const a = 1; // ${'long '.repeat(10)}\n\n  **b** <c>`;
    const shown = stripVTControlCharacters(output([`\`\`\`ts\n${code}\n\`\`\`\nend`], 30));
    expect(shown).toBe(`── ts ───────────────────────\n${code.replace(/ +\n/, '\n')}\n${'─'.repeat(29)}\nend`);
  });

  it('aligns a table that fits', () => {
    const table = '| Name | Value |\n|---|--:|\n| 日本語 | 12 |\n| **a**\\|b | 3.5 |\n\nend';
    expect(stripVTControlCharacters(output([table]))).toBe(
      'Name   │ Value\n───────┼──────\n日本語 │    12\na|b    │   3.5\n\nend',
    );
  });

  it('shows a table that does not fit as it is, and text with a bar', () => {
    const table = '| Name | A long value |\n|---|---|\n| a | b |';
    expect(stripVTControlCharacters(output([table], 16))).toBe('| Name | A long\nvalue |\n|---|---|\n| a | b |');
    expect(output(['|x| is 3'])).toBe('|x| is 3');
  });

  it('breaks lines between words, within long words and within text without spaces, at the width', () => {
    const text = `Some words ${'x'.repeat(50)} and 这是一个非常长的句子，没有空格，因此必须在字符之间换行。 👩‍🚀👨‍👩‍👧🇨🇭❤️1️⃣`;
    for (let columns = 12; columns < 60; columns++) {
      const lines = stripVTControlCharacters(output([text], columns)).split('\n');
      expect(Math.max(...lines.map(cellsOf))).toBeLessThan(columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      expect(lines.some((line) => /^[，。]/.test(line))).toBe(false);
    }
  });

  it('shows the control characters of a text, and sends none', () => {
    const hostile =
      'a\u001B[31mred\u001B]52;c;aGk=\u0007 `\u009B2J` \u202Eabc\u202C \u007F\n```\u001B[2J\n\u001B[H\n```';
    const shown = output([hostile]);
    // Its own styles are all that remain.
    expect(shown.replaceAll(/\u001B\[\d+m/g, '')).not.toMatch(/(?!\n)[\p{Cc}\u202A-\u202E]/u);
    expect(shown).toContain('a␛[31mred␛]52;c;aGk=␇');
  });

  it('writes no style without colours, and keeps the marks of code', () => {
    expect(output(['**bold** `code`'], 60, false)).toBe('bold `code`');
  });
});
