import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { boundaryFinders, type BoundaryKind } from '../../../operators/show/boundaries.js';

/** The text, cut at all boundaries that are certain once the pieces have come. */
function cut(kind: BoundaryKind, pieces: readonly string[], { limit = 2000, locale = 'en' } = {}): string[] {
  const find = boundaryFinders(kind, limit, locale)();
  const ends = pieces.flatMap((piece) => find(piece));
  const text = pieces.join('');
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((piece) => piece);
}

/** A text in pieces of any sizes. */
const inPieces = (text: fc.Arbitrary<string>) =>
  text.chain((whole) =>
    fc.array(fc.nat(whole.length)).map((places) => {
      const ends = [...places, whole.length].sort((a, b) => a - b);
      return ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
    }),
  );

const textOfTokens = (...tokens: string[]) => fc.array(fc.constantFrom(...tokens)).map((drawn) => drawn.join(''));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('graphemes', () => {
  const tokens = [
    'a',
    ' ',
    '\r',
    '\n',
    '\r\n',
    'é',
    'e\u0301',
    '😀',
    '👩‍👩‍👧',
    '👍🏽',
    '🇩🇪',
    '한',
    '\u0600',
    '\ud83d',
    '\ude00',
  ];

  it('end where the next one begins, or after a line feed', () => {
    expect(cut('grapheme', ['ab', 'c'])).toEqual(['a', 'b', 'c']);
    const find = boundaryFinders('grapheme', 2000)();
    expect(['ab', 'c\r', '\n', 'e', '\u0301', '👩', '‍👧 '].map((piece) => find(piece))).toEqual([
      [1],
      [2, 3],
      [5],
      [],
      [],
      [7],
      [12],
    ]);
  });

  it('do not end before half a surrogate pair, which may belong to them', () => {
    expect(cut('grapheme', ['👍\ud83c', '\udffdb'])).toEqual(['👍🏽', 'b']);
  });

  it('equal the graphemes of the whole text, for any cut', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(inPieces(textOfTokens(...tokens)), (pieces) => {
        const ended = [...pieces, 'z'];
        const whole = Array.from(segmenter.segment(ended.join('')), ({ segment }) => segment);
        expect(cut('grapheme', ended)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe('words', () => {
  it('end after the white space that follows them, with the punctuation that touches them', () => {
    expect(cut('word', ['Hello, **big** world'])).toEqual(['Hello, ', '**big** ', 'world']);
  });

  it('do not end while only letters have arrived', () => {
    expect(boundaryFinders('word', 2000)()('Hello')).toEqual([]);
  });

  it('are not cut at an apostrophe or a decimal point', () => {
    expect(cut('word', ['I can', "'", 't pay 3', '.', '14'])).toEqual(['I ', "can't ", 'pay ', '3.14']);
  });

  it('are separated in a script without spaces', () => {
    expect(cut('word', ['今日は良い天気'], { locale: 'ja' })).toEqual(['今日', 'は', '良い', '天気']);
  });

  it('include white space before the first of them', () => {
    expect(cut('word', ['\n', ' a', ' ', ' ', 'b'])).toEqual(['\n a ', ' b']);
  });
});

describe('words in text with spaces, for which the segmenter is not asked,', () => {
  it.each(['en', 'fi', 'th'])('begin after white space or where the segmenter separates words: %s', (locale) => {
    const codes = fc.oneof(
      fc.integer({ min: 9, max: 13 }),
      fc.integer({ min: 32, max: 126 }),
      fc.constantFrom(32, 160),
    );
    const others = fc.oneof(fc.integer({ min: 0xc0, max: 0x24f }), fc.integer({ min: 0x2010, max: 0x2027 }));
    const text = fc.array(fc.oneof(codes, others)).map((drawn) => String.fromCharCode(...drawn));
    const segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
    fc.assert(
      fc.property(text, (whole) => {
        const segments = [...segmenter.segment(whole)];
        const isSpace = (at: number) => segments[at]?.segment.trim() === '';
        const first = segments.findIndex((_, at) => !isSpace(at));
        const starts = segments.filter(
          ({ isWordLike = false }, at) =>
            at > first && !isSpace(at) && (isSpace(at - 1) || (isWordLike && segments[at - 1]?.isWordLike)),
        );
        const find = boundaryFinders('word', 2000, locale, true)();
        expect(find(whole)).toEqual(starts.map(({ index }) => index));
      }),
      { numRuns: 500 },
    );
  });

  it('do not call the segmenter', () => {
    const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
    expect(cut('word', ['Größe: “3.5', ' m”, ', 'OK'])).toEqual(['Größe: ', '“3.5 ', 'm”, ', 'OK']);
    expect(segment).not.toHaveBeenCalled();
  });
});

describe('lines', () => {
  it('end after a line feed, even if it arrives alone', () => {
    expect(cut('line', ['a\r', '\nb', '\n', '\nc'])).toEqual(['a\r\n', 'b\n', '\n', 'c']);
  });
});

describe('sentences', () => {
  it('end where the next begins', () => {
    const find = boundaryFinders('sentence', 2000, 'en')();
    expect(find('It rains.')).toEqual([]);
    expect(find(' ')).toEqual([]);
    expect(find('So')).toEqual([10]);
  });

  it('do not end if the text after the full stop is not a new sentence', () => {
    expect(cut('sentence', ['Page. 12', ' apples, e.g. pears. Good'])).toEqual([
      'Page. 12 apples, e.g. pears. ',
      'Good',
    ]);
  });

  it('are not ended by a title, an initial or the number of a list item', () => {
    expect(cut('sentence', ['Mr. Smith met J. R. Tolkien. He left.'])).toEqual([
      'Mr. Smith met J. R. Tolkien. ',
      'He left.',
    ]);
    expect(cut('sentence', ['1. One\n2. Two\n'])).toEqual(['1. One\n', '2. Two\n']);
  });

  it('end with their line; white space is not a sentence', () => {
    expect(cut('sentence', ['# A title\n', '\n', 'Yes! No'])).toEqual(['# A title\n', '\nYes! ', 'No']);
  });

  it('follow the locale', () => {
    expect(cut('sentence', ['你好。世界'], { locale: 'zh' })).toEqual(['你好。', '世界']);
  });

  it('are lines in a block of code', () => {
    const code = ['So. Now\n`', '``js\nfoo. Bar\n', '\n``', '`\nYes. No'];
    expect(cut('sentence', code)).toEqual(['So. ', 'Now\n', '```js\n', 'foo. Bar\n', '\n', '```\n', 'Yes. ', 'No']);
  });
});

describe('sentences, for which the segmenter is asked only where one may end,', () => {
  const characters = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code));
  const marks = characters.filter((character) => /[\p{P}\p{Z}\p{Cc}]/u.test(character));
  const terminators = characters.filter((character) => /\p{Sentence_Terminal}/u.test(character));

  /** The places where the segmenter separates sentences in the whole text, if a letter has come after them. */
  function certainEnds(text: string, locale: string): number[] {
    const segments = [...new Intl.Segmenter(locale, { granularity: 'sentence' }).segment(text)];
    return segments
      .filter(({ index }, at) => /\p{L}/u.test(text.slice(index)) && !/^\s*(?:\d+\. *)?$/.test(before(segments, at)))
      .map(({ index }) => index);
  }

  const before = (segments: readonly Intl.SegmentData[], at: number) => segments[at - 1]?.segment ?? '';

  it.each(['en', 'el'])('end after the same characters as in the whole text: %s', (locale) => {
    const make = boundaryFinders('sentence', 2000, locale);
    for (const mark of marks) {
      const found = `Oh${mark}| So| it`.split('|').flatMap(
        (
          (find) => (piece) =>
            find(piece)
        )(make()),
      );
      const isLine = mark === '\n';
      expect([mark, found]).toEqual([mark, isLine ? [3] : certainEnds(`Oh${mark} So it`, locale)]);
    }
  });

  it.each(['en', 'el'])('have ended as soon as in the whole text, for any cut: %s', (locale) => {
    const token = fc.oneof(
      fc.constantFrom(
        'Hello',
        'no',
        'éa',
        'Éa',
        '你好',
        '𝒶𝒷',
        'שלום',
        ' ',
        '  ',
        '\u3000',
        '. ',
        '? ',
        '3.5',
        '7',
        'etc. ',
        'ph. d. ',
      ),
      fc.constantFrom(
        '\r',
        '\u2029',
        '.',
        '!',
        '?!',
        '…',
        ')',
        '"',
        '”',
        ',',
        '、',
        ': ',
        ';',
        '\u037E',
        '-',
        '\u0301',
        '\u200D',
        '😀',
      ),
      fc.constantFrom(...terminators),
    );
    const text = fc.array(token, { maxLength: 30 }).map((drawn) => drawn.join(''));
    fc.assert(
      fc.property(inPieces(text), (pieces) => {
        const find = boundaryFinders('sentence', 2000, locale)();
        let [read, found]: [string, number[]] = ['', []];
        for (const piece of pieces) {
          read += piece;
          found = found.concat(find(piece));
          expect(found).toEqual(certainEnds(read, locale));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('end if the terminator or the letter after it is cut', () => {
    const find = boundaryFinders('sentence', 2000, 'en')();
    expect(['Oh\ud804', '\udc47 \ud835', '\udc00h. ', 'So'].map((piece) => find(piece))).toEqual([[], [], [5], [10]]);
  });

  it('end after a letter that only extends the terminator', () => {
    const find = boundaryFinders('sentence', 2000, 'en')();
    expect(['Oh!', '\uFF9E', 'So'].map((piece) => find(piece))).toEqual([[], [], [4]]);
  });

  it('end before a number that later text proves to begin a sentence', () => {
    const find = boundaryFinders('sentence', 2000, 'en')();
    expect(['Oh! ', '44?. ', 'w'].map((piece) => find(piece))).toEqual([[], [], [4]]);
  });

  it('end in text that looked like a fence', () => {
    const find = boundaryFinders('sentence', 2000, 'en')();
    expect(['```Oh. So', '` it'].map((piece) => find(piece))).toEqual([[], [7]]);
  });

  it('end after the first half of a long text is dropped', () => {
    const find = boundaryFinders('sentence', 8, 'en')();
    expect(['an Dr. S', 'mith'].map((piece) => find(piece))).toEqual([[], [7]]);
  });

  it.each([
    ['it costs 3.5 m, etc. and so on (e.g. "this"), it does', 0],
    ['- milk\n- bread\n', 0],
    ['It rains. So it does', 1],
    ['It rains. 5 are wet', 0],
    ['It rains. 5 Are wet', 1],
    ['It rains; so it does', 1],
  ])('%j is segmented as often as a sentence may end', (text, calls) => {
    const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
    cut('sentence', [...text]);
    expect(segment).toHaveBeenCalledTimes(calls);
  });
});

describe('paragraphs', () => {
  it('end after a blank line; further blank lines lead the next', () => {
    expect(cut('paragraph', ['\na\nb\n', ' \r\n', '\n\nc\n\n'])).toEqual(['\na\nb\n \r\n', '\n\nc\n\n']);
  });

  it('have no end in a block of code', () => {
    const code = ['a\n\n~~~\nx\n', '\n```\n\n', '~~~\n\nb'];
    expect(cut('paragraph', code)).toEqual(['a\n\n', '~~~\nx\n\n```\n\n~~~\n\n', 'b']);
  });
});

describe('patterns', () => {
  it('end a piece where they match, even across pieces of the text', () => {
    expect(cut(/-{3}/u, ['a-', '-', '-b---', 'c'])).toEqual(['a---', 'b---', 'c']);
  });

  it('are not changed, and their flags g and y are ignored', () => {
    for (const pattern of [/,/g, /,/y, /,/gy, /,/]) {
      pattern.lastIndex = 3;
      expect(cut(pattern, ['a,b', ',c'])).toEqual(['a,', 'b,', 'c']);
      expect(pattern.lastIndex).toBe(3);
    }
  });

  it('cut after each character if they match the empty string', () => {
    expect(cut(/(?:)/, ['ab', 'c'])).toEqual(['a', 'b', 'c']);
  });

  it('never cut a character', () => {
    expect(cut(/./, ['a😀👩‍👧e\u0301b'])).toEqual(['a', '😀', '👩‍👧', 'e\u0301', 'b']);
  });
});

describe('any boundaries', () => {
  const prose = textOfTokens(
    'Hello',
    'no',
    "can't",
    ' ',
    ' ',
    '. ',
    '? ',
    '.',
    '3.14',
    '\n',
    '\n\n',
    '```',
    'etc. ',
    '- ',
  );

  it.each<BoundaryKind>(['word', 'line', 'sentence', 'paragraph', /[.?]/u])(
    '%s: ascend, and lie in the text so far',
    (kind) => {
      fc.assert(
        fc.property(inPieces(prose), (pieces) => {
          const find = boundaryFinders(kind, 2000, 'en')();
          let length = 0;
          let last = 0;
          for (const piece of pieces) {
            length += piece.length;
            for (const end of find(piece)) {
              expect(end).toBeGreaterThan(last);
              expect(end).toBeLessThanOrEqual(length);
              last = end;
            }
          }
        }),
      );
    },
  );

  it.each<BoundaryKind>(['line', 'sentence', 'paragraph', /[.?]/u])(
    '%s: do not depend on how the text is cut',
    (kind) => {
      fc.assert(
        fc.property(inPieces(prose), (pieces) => {
          expect(cut(kind, pieces)).toEqual(cut(kind, [pieces.join('')]));
        }),
      );
    },
  );

  it('word: do not depend on how a text with single spaces is cut', () => {
    fc.assert(
      fc.property(inPieces(textOfTokens('Hello ', 'no, ', "can't ", '3.14 ', '**b** ', 'é', 'x')), (pieces) => {
        expect(cut('word', pieces)).toEqual(cut('word', [pieces.join('')]));
      }),
    );
  });

  it('word, sentence: are boundaries of Intl.Segmenter', () => {
    fc.assert(
      fc.property(fc.constantFrom('word' as const, 'sentence' as const), inPieces(prose), (granularity, pieces) => {
        const segments = [...new Intl.Segmenter('en', { granularity }).segment(pieces.join(''))];
        // White space after a word belongs to it, and may come later.
        const starts = new Set(segments.map(({ index }) => index));
        const find = boundaryFinders(granularity, 2000, 'en')();
        const text = pieces.join('');
        for (const end of pieces.flatMap((piece) => find(piece))) {
          expect(starts.has(end) || end === text.length || /\s/u.test(text.charAt(end))).toBe(true);
        }
      }),
    );
  });

  it('drop a unit longer than the limit, so that it is not scanned repeatedly', () => {
    const find = boundaryFinders(/a+b/u, 10)();
    expect([...'aaaaaaaaaaaab'].flatMap((letter) => find(letter))).toEqual([13]);
    expect(cut(/a{12}b/u, [...'aaaaaaaaaaaabc'], { limit: 10 })).toEqual(['aaaaaaaaaaaabc']);
  });

  it('are found by finders that share no state', () => {
    const make = boundaryFinders('sentence', 2000, 'en');
    make()('```\n');
    expect(make()('One. Two')).toEqual([5]);
  });

  it('need a valid locale', () => {
    expect(() => boundaryFinders('word', 2000, 'not a locale')).toThrow(RangeError);
  });
});
