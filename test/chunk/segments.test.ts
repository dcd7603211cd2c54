import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemeEnds, graphemeSegmenter } from '../../src/chunk/graphemes.js';
import { segmentsOf } from '../../src/chunk/segments.js';
import { growth, linear } from '../support/growth.js';

/** What joins, what separates, and what does either by what comes after it. */
const tokens = [
  ...['a', 'B', 'word', 'can', "'", '’', 't', '1', '3.14', '1,000', '.', '!', '?', '…', ' ', '  ', '\n', '\r', '\r\n'],
  ...['U.S.', 'Mr. ', 'e.g. ', '(', ')', '"', '-', '_', ':', ';', '\t', '\u00A0', '\u2028', '\u00AD', '\u200D'],
  ...['e\u0301', '\u0301', '😀', '👩‍👩‍👧', '👍🏽', '🇩🇪', '🇩', '\ud83d', '\ude00', '\u0600', '한', '국', 'ᄒ', 'ᅡ', 'ᆫ'],
  ...['漢字', '今日は', '良い', '天気です', '。', 'カタカナ', 'データベース', 'ー', '我们', '在', '学习', '中文', '，'],
  ...[
    'สวัสดี',
    'ชาว',
    'โลก',
    'ภาษา',
    'ไทย',
    'ฯ',
    'ๆ',
    'ខ្ញុំ',
    'ស្រឡាញ់',
    'မြန်မာ',
    'ຂ້ອຍ',
    'नमस्ते',
    'क्षि',
    'שלום',
    '"ת',
    'مرحبا',
  ],
];

const text = fc.array(fc.constantFrom(...tokens), { maxLength: 120 }).map((drawn) => drawn.join(''));

/** Scripts without spaces, at length. */
const dense = fc
  .tuple(fc.constantFrom('ja', 'zh', 'th'), fc.infiniteStream(fc.nat(1_000)), fc.integer({ min: 100, max: 400 }))
  .map(([script, random, length]) => {
    const words = {
      ja: [
        '私は',
        '昨日',
        '東京',
        'から',
        '大阪',
        'へ',
        '新幹線',
        'で',
        '行きました',
        'データ',
        'を',
        '食べる',
        '日本語',
        'の',
      ],
      zh: ['我们', '今天', '一起', '去', '北京', '大学', '学习', '中文', '和', '历史', '非常', '有意思', '的', '是'],
      th: ['ฉัน', 'กิน', 'ข้าว', 'ที่', 'บ้าน', 'กับ', 'เพื่อน', 'ของ', 'วันนี้', 'อากาศ', 'ดี', 'มาก', 'ไป', 'ตลาด'],
    }[script];
    return Array.from({ length }, () => words[(random.next().value as number) % words.length]).join('');
  });

describe.each(['grapheme', 'word', 'sentence'] as const)('the segments of a text, by %s', (granularity) => {
  const segmenter = new Intl.Segmenter('en', { granularity });
  const plain = (whole: string) =>
    Array.from(segmenter.segment(whole), ({ segment, index, isWordLike = false }) => ({ segment, index, isWordLike }));

  it('equal the segments of the whole text, in pieces of any size', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (whole, size) => {
        expect([...segmentsOf(segmenter, whole, 0, size)]).toEqual(plain(whole));
      }),
      { numRuns: 400 },
    );
  });

  it('equal the segments of the whole text in scripts without spaces', () => {
    fc.assert(
      fc.property(dense, fc.integer({ min: 1, max: 100 }), (whole, size) => {
        expect([...segmentsOf(segmenter, whole, 0, size)]).toEqual(plain(whole));
      }),
      { numRuns: 60 },
    );
  });

  it('from a boundary on equal the rest', () => {
    fc.assert(
      fc.property(text, fc.nat(), (whole, place) => {
        const all = plain(whole);
        const from = all[place % Math.max(all.length, 1)]?.index ?? 0;
        if (granularity === 'word' && /[^\u0000-\u0E00\uFFFF]/.test(whole)) return;
        expect([...segmentsOf(segmenter, whole, from)]).toEqual(all.filter(({ index }) => index >= from));
      }),
    );
  });

  it.each([
    'The quick brown fox — it’s “clever” — jumps over the lazy dog. ',
    'a',
    ' ',
    '. ',
    '1! ',
    '1. ',
    '漢字',
    '今日は良い天気です',
    'ฉันกินข้าวที่บ้าน',
    '👩‍👩‍👧',
    '🇩🇪',
    'e\u0301',
    '\u0301',
    '한국어',
  ])('take time linear in the length of %j', async (unit) => {
    const texts = new Map<number, string>();
    const work = (size: number) => {
      const whole = texts.get(size) ?? unit.repeat(Math.ceil(size / unit.length));
      texts.set(size, whole);
      return [...segmentsOf(segmenter, whole)].length;
    };
    expect(await growth(8_000, work)).toBeLessThan(linear);
  });
});

describe('graphemeEnds', () => {
  it('returns the last end of a grapheme up to a place, for ascending places', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (whole, drawn) => {
        const characters = graphemeSegmenter().segment(whole);
        const graphemeEnd = graphemeEnds(whole);
        for (const place of drawn.sort((a, b) => a - b)) {
          expect(graphemeEnd(place)).toBe(characters.containing(place)?.index ?? whole.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each(['a', '漢', 'ฉัน', '👩‍👩‍👧', '🇩🇪', 'e\u0301'])(
    'takes time linear in the length of a text of %j, for any number of places',
    async (unit) => {
      const work = (size: number) => {
        const whole = unit.repeat(Math.ceil(size / unit.length));
        const graphemeEnd = graphemeEnds(whole);
        for (let place = 0; place < whole.length; place += 3) graphemeEnd(place);
      };
      expect(await growth(4_000, work)).toBeLessThan(linear);
    },
  );
});
