import { describe, expect, it } from 'vitest';
import { groupsOf, wrapped } from './groups.js';
import type { Look } from './scene.js';

const plain = ({ label }: Look) => [{ text: label }];
const at = (frame: number, label: string) => ({ frame, look: { kind: 'text' as const, label } });

describe('groupsOf', () => {
  it('groups the values of one frame with its ending', () => {
    const strand = {
      start: 0,
      values: [at(1, 'a'), at(5, 'b'), at(5, 'c')],
      ending: { frame: 5, how: 'complete' as const },
    };
    const groups = groupsOf(strand, 'result', plain);
    expect(groups.map(({ frame, boxes, ending }) => [frame, boxes.length, ending?.how])).toEqual([
      [1, 1, undefined],
      [5, 2, 'complete'],
    ]);
    const [single, stack] = groups;
    expect(stack?.below).toBeGreaterThan(single?.below ?? 0);
    expect(stack?.endingAt).toBeGreaterThan((stack?.boxes[0]?.width ?? 0) / 2);
  });

  it('gives an ending alone its own place, with room for its words', () => {
    const ending = { frame: 9, how: 'error' as const, label: 'rate_limit' };
    const [group] = groupsOf({ start: 0, values: [], ending }, 'source', plain);
    expect(group).toMatchObject({ frame: 9, boxes: [], endingAt: 0 });
    expect(group?.right).toBeGreaterThan(80);
  });

  it('leaves white space at the edges out of the measures', () => {
    const [padded, bare] = ['  is ', 'is'].map((label) =>
      groupsOf({ start: 0, values: [at(1, label)] }, 'source', plain).at(0),
    );
    expect(padded?.boxes[0]?.pieces).toEqual([{ text: 'is' }]);
    expect(padded?.left).toBe(bare?.left);
  });
});

describe('wrapped', () => {
  it('breaks lines at spaces, also in the middle of a piece, and never within a word of two pieces', () => {
    const pieces = [
      { text: 'Sun', tone: 0 },
      { text: 'light is ', tone: 1 },
      { text: 'white.', tone: 2 },
    ];
    expect(wrapped(pieces, 8).map((line) => line.map(({ text }) => text).join(''))).toEqual([
      'Sunlight ',
      'is ',
      'white.',
    ]);
    expect(wrapped(pieces, 40)).toEqual([pieces]);
    expect(wrapped([], 10)).toEqual([[]]);
  });
});
