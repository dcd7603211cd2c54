import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(['grapheme', 'word', 'sentence'] as const)('the segments of a text, by %s', (granularity) => {
  const segmenter = new Intl.Segmenter('en', { granularity });
  // ICU loads the dictionary of a script when it first meets one of its letters, and cuts a `ー` before that in another way:
  // the same text twice has then two answers.
  expect([...segmenter.segment(tokens.join(' '))]).not.toEqual([]);
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

describe('segmentsOf', () => {
  /** The pieces of a text that are segmented at once. */
  function piecesOf(granularity: 'grapheme' | 'word', whole: string, size: number, from = 0): string[] {
    const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment').mockClear();
    const segments = [...segmentsOf(new Intl.Segmenter('en', { granularity }), whole, from, size)];
    expect(segments.map((each) => each.segment).join('')).toBe(whole.slice(from));
    return segment.mock.calls.map(([piece]) => piece);
  }

  it('segments the last two segments of a piece again', () => {
    expect(piecesOf('grapheme', 'abcdefghij', 4)).toEqual(['abcd', 'cdef', 'efgh', 'ghij']);
    expect(piecesOf('grapheme', 'abcdefghij', 4, 3)).toEqual(['defg', 'fghi', 'hij']);
  });

  it('takes a piece of twice the length if no segment is sure, and then of the first length', () => {
    expect(piecesOf('grapheme', 'a\u0301\u0301\u0301\u0301bcdefgh', 3)).toEqual([
      'a\u0301\u0301',
      'a\u0301\u0301\u0301\u0301b',
      'a\u0301\u0301\u0301\u0301bcdefgh',
    ]);
    expect(piecesOf('grapheme', 'a\u0301\u0301bcdefgh', 3)).toEqual([
      'a\u0301\u0301',
      'a\u0301\u0301bcd',
      'cde',
      'def',
      'efg',
      'fgh',
    ]);
  });

  it('ends no piece within a surrogate pair', () => {
    expect(piecesOf('grapheme', 'ab😀cd', 3)).toEqual(['ab😀', 'b😀', 'b😀cd']);
    expect(piecesOf('grapheme', 'ab\ud83d', 3)).toEqual(['ab\ud83d']);
  });

  it('reads 64 units before the words of a piece and 128 units after them', () => {
    const whole = Array.from({ length: 200 }, (_, index) => String.fromCharCode(0x100 + index, 32)).join('');
    const places = (size: number) => piecesOf('word', whole, size).map((piece) => [whole.indexOf(piece), piece.length]);
    expect(places(100)).toEqual([
      [0, 228],
      [36, 292],
      [136, 264],
    ]);
    expect(places(40)).toEqual([
      [0, 168],
      [0, 208],
      [16, 232],
      [56, 232],
      [96, 232],
      [136, 232],
      [176, 224],
    ]);
  });
});

describe('graphemeEnds', () => {
  it.each(['a', '\n', '\r', '\u02ff', '\u3041', '\u3096', '\u30a1', '\u30fa', '\u4e00', '\u9fff', '\uac00', '\ud7a3'])(
    'segments no text at %j, which never joins another character',
    (character) => {
      const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
      for (const whole of [`a${character}`, `${character}a`, `${character}\r`]) expect(graphemeEnds(whole)(1)).toBe(1);
      expect(segment).not.toHaveBeenCalled();
    },
  );

  it.each(['\u0300', '\u3040', '\u3097', '\u30a0', '\u30fb', '\u4dff', '\ua000', '\uabff', '\ud7a4'])(
    'segments the text at %j, which may join another character',
    (character) => {
      const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
      graphemeEnds(`a${character}`)(1);
      expect(segment).toHaveBeenCalledTimes(1);
      graphemeEnds(`${character}a`)(1);
      expect(segment).toHaveBeenCalledTimes(2);
    },
  );

  it('does not end a grapheme within a line break', () => {
    expect(graphemeEnds('\r\n')(1)).toBe(0);
    expect(graphemeEnds('a\r\n')(9)).toBe(3);
  });

  it('segments a piece of the text once, however many places are in it', () => {
    const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
    const graphemeEnd = graphemeEnds('🇩🇪🇩🇪🇩🇪🇩🇪');
    expect([4, 5, 8, 11].map(graphemeEnd)).toEqual([4, 4, 8, 8]);
    expect(segment).toHaveBeenCalledTimes(1);
  });

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
