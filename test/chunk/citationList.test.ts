import { describe, expect, it } from 'vitest';
import { CitationList } from '../../src/chunk/citationList.js';

function merged(...all: object[]): unknown {
  const list = new CitationList();
  for (const each of all) list.append(each);
  return list.snapshot();
}

describe('CitationList', () => {
  it('has each citation once, whatever the order of its fields, and whatever is null or a list in it', () => {
    const first = { startIndex: 0, title: null, tags: ['b', 'a'], date: { year: 2026, day: 1 } };
    const again = { date: { day: 1, year: 2026 }, tags: ['b', 'a'], title: null, startIndex: 0 };
    const other = { ...first, tags: ['a', 'b'] };
    expect(merged({ citations: [first, other] }, { citations: [again] })).toEqual({ citations: [first, other] });
  });

  it('keeps unknown fields, of which the later wins', () => {
    expect(merged({ a: 1, b: 1 }, { citations: [], b: 2 }, {})).toEqual({ a: 1, b: 2, citations: [] });
  });

  it('takes a citation without JSON for one of its own', () => {
    const cycle: Record<string, unknown> = { startIndex: 0 };
    cycle['self'] = cycle;
    expect(merged({ citations: [cycle, { startIndex: 0 }, cycle] })).toEqual({ citations: [cycle, { startIndex: 0 }] });
  });

  it('keeps two citations without JSON apart', () => {
    const cycle = (startIndex: number) => {
      const citation: Record<string, unknown> = { startIndex };
      citation['self'] = citation;
      return citation;
    };
    const both = [cycle(0), cycle(1)];
    expect(merged({ citations: both })).toEqual({ citations: both });
  });
});
