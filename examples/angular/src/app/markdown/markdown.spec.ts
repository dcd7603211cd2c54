import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Markdown } from './markdown';
import { parseMarkdown } from './parseMarkdown';

/** Shows a text, and waits for the languages of its code. */
async function show(text: string, isPartial = false) {
  const fixture = TestBed.createComponent(Markdown);
  const grow = async (grown: string) => {
    fixture.componentRef.setInput('text', grown);
    await fixture.whenStable();
  };
  fixture.componentRef.setInput('isPartial', isPartial);
  await grow(text);
  return { page: fixture.nativeElement as HTMLElement, grow };
}

describe('parseMarkdown', () => {
  it('returns the blocks before the last as they were while the text grows', () => {
    const before = parseMarkdown('One.\n\n- two\n- thr');
    const after = parseMarkdown('One.\n\n- two\n- three\n\nFour', before);
    expect(after.tokens[0]).toBe(before.tokens[0]);
    expect(after.tokens[1]).not.toBe(before.tokens[1]);
    expect(after.tokens).toHaveLength(3);
  });

  it('parses the blocks again once the address of a link is defined below them', () => {
    const before = parseMarkdown('See [this][one].\n\nEnd');
    const after = parseMarkdown('See [this][one].\n\nEnd\n\n[one]: https://a.test', before);
    expect(after.tokens[0]).not.toBe(before.tokens[0]);
  });
});

describe('Markdown', () => {
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockReturnValue();
  });

  it('keeps the elements of the blocks before the last', async () => {
    const { page, grow } = await show('One.\n\nTw', true);
    const [first] = page.querySelectorAll('p');
    await grow('One.\n\nTwo **th');
    expect(page.querySelectorAll('p')[0]).toBe(first);
    expect(page.textContent.trim()).toMatch(/One\.\s*Two th$/);
  });

  it('lets each block choose its direction, and reads code from the left', async () => {
    const text = '# Title\n\nText `code`\n\n- item\n\n> said\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n\n```\nx\n```';
    const { page } = await show(text);
    for (const selector of ['h3', 'p', 'li', 'blockquote', 'th', 'td']) {
      expect(page.querySelector(selector)?.getAttribute('dir'), selector).toBe('auto');
    }
    for (const selector of ['p code', 'pre']) expect(page.querySelector(selector)?.getAttribute('dir')).toBe('ltr');
    expect(page.querySelector('td + td')?.className).toBe('right');
    const table = page.querySelector('.table');
    expect(table?.getAttribute('role')).toBe('region');
    expect(table?.getAttribute('tabindex')).toBe('0');
    expect(table?.getAttribute('aria-label')).toBe('Table: a, b');
  });

  it('colours code, also in a fence that is not closed yet, and copies it', async () => {
    const { page } = await show('```ts\nconst x = 1 < 2', true);
    await vi.waitFor(() => expect(page.querySelector('.hljs-keyword')?.textContent).toBe('const'), { timeout: 10_000 });
    expect(page.querySelector('code')?.textContent).toBe('const x = 1 < 2');
    expect(page.querySelector('.language')?.textContent).toBe('ts');
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    const button = page.querySelector('button');
    button?.click();
    await vi.waitFor(() => expect(button?.textContent).toBe('Copied'));
    expect(writeText).toHaveBeenCalledWith('const x = 1 < 2');
    vi.unstubAllGlobals();
  }, 20_000);

  it('shows code of a language that it does not know in one colour', async () => {
    const { page } = await show('```brainfuck file.b\n<b>&</b>\n```');
    expect(page.querySelector('code')?.innerHTML).toBe('&lt;b&gt;&amp;&lt;/b&gt;');
    expect(page.querySelector('.language')?.textContent).toBe('brainfuck');
  });

  it('shows HTML as text', async () => {
    const { page } = await show('<img src=x onerror=alert(1)> and <b>bold</b>\n\n<script>alert(1)</script>');
    expect(page.querySelector('img, b, script')).toBeNull();
    expect(page.textContent).toContain('<script>alert(1)</script>');
  });

  it('fetches no image: it is a link', async () => {
    const { page } = await show('![a cat](https://example.com/cat.png?secret)');
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('a')?.href).toBe('https://example.com/cat.png?secret');
  });

  it('links to pages only, and tells them nothing', async () => {
    const { page } = await show('[click](javascript:alert(1)) [a **bold** link](https://example.com/?a=1&b="2")');
    expect(page.querySelectorAll('a')).toHaveLength(1);
    expect(page.querySelector('a')?.rel).toBe('noopener noreferrer nofollow');
    expect(page.querySelector('a strong')?.textContent).toBe('bold');
  });
});
