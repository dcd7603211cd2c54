import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../examples/terminal-chat/cellsOf.js';

describe('cellsOf', () => {
  it.each([
    ['ASCII', 'plain text', 10],
    ['accents', 'e\u0301 naïve', 7],
    ['Han', '漢字𠮷', 6],
    ['kana, full and half width', 'カナｶﾅ', 6],
    ['Hangul, composed and not', '한글\u1112\u1161\u11AB', 6],
    ['fullwidth forms', 'Ａ！', 4],
    ['punctuation of narrow scripts', '“…—”', 4],
    ['an emoji', '🚀', 2],
    ['a skin tone', '👍🏽', 2],
    ['a family, joined', '👨‍👩‍👧‍👦', 2],
    ['a flag', '🇨🇭', 2],
    ['a flag of a region', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 2],
    ['text made an emoji', '❤\uFE0F', 2],
    ['text that may be an emoji', '❤', 1],
    ['a key', '1\uFE0F\u20E3', 2],
    ['zero-width characters', 'a\u200B\u2060b', 2],
    ['Devanagari with a vowel sign', 'कि', 2],
    ['Thai with a tone mark', 'ก็', 1],
    ['a variant of a Han character', '葛\u{E0100}', 2],
    ['nothing', '', 0],
  ])('counts %s', (_, text, cells) => {
    expect(cellsOf(text)).toBe(cells);
  });
});
