import { SecurityContext } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { DomSanitizer } from '@angular/platform-browser';
import { describe, expect, it, vi } from 'vitest';
import { markdownBlocks } from './markdownBlocks';

const shown = (text: string) =>
  TestBed.inject(DomSanitizer).sanitize(SecurityContext.HTML, markdownBlocks(text).join('')) ?? '';

describe('markdownBlocks', () => {
  it('leaves the blocks before the last as they are while the text grows', () => {
    const before = markdownBlocks('One.\n\n- two\n- thr');
    const after = markdownBlocks('One.\n\n- two\n- three\n\nFour');
    expect(after[0]).toBe(before[0]);
    expect(after).toHaveLength(3);
  });

  it('shows a fence of code that is not closed yet as code', () => {
    expect(shown('```ts\nlet x')).toContain('<code class="language-ts">let x');
  });

  it('shows HTML as text', () => {
    const html = shown('<img src=x onerror=alert(1)> and <b>bold</b>\n\n<script>alert(1)</script>');
    expect(html).not.toMatch(/<(img|b|script)/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('fetches no image: it is a link', () => {
    const html = shown('![a cat](https://example.com/cat.png?secret)');
    expect(html).not.toContain('<img');
    expect(html).toContain('href="https://example.com/cat.png?secret"');
  });

  it('opens no script by a link', () => {
    // Angular says in the console that it has made one harmless.
    vi.spyOn(console, 'warn').mockReturnValue();
    expect(shown('[click](javascript:alert(1))')).not.toMatch(/href="javascript:/);
    expect(shown('[a **bold** link](https://example.com/?a=1&b="2")')).toMatch(/rel="noopener[^>]*>a <strong>bold/);
  });
});
