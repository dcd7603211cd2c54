import { describe, expect, it } from 'vitest';
import { WaitingLine } from '../../../operators/protect/waitingLine.js';

describe('WaitingLine', () => {
  it('is first in, first out', () => {
    const line = new WaitingLine<string>();
    for (const item of ['a', 'b', 'c']) line.push(item);
    expect([line.shift(), line.size, line.first(Infinity)]).toEqual(['a', 2, ['b', 'c']]);
    expect([line.shift(), line.shift(), line.shift(), line.size]).toEqual(['b', 'c', undefined, 0]);
    line.push('d');
    expect(line.first(5)).toEqual(['d']);
  });

  it.each([
    ['a', ['b', 'c', 'd']],
    ['b', ['a', 'c', 'd']],
    ['d', ['a', 'b', 'c']],
    ['x', ['a', 'b', 'c', 'd']],
  ])('lets %s leave', (item, rest) => {
    const line = new WaitingLine<string>();
    for (const each of ['a', 'b', 'c', 'd']) line.push(each);
    line.delete(item);
    line.delete(item);
    line.push('e');
    expect(line.first(Infinity)).toEqual([...rest, 'e']);
    expect(line.first(2)).toEqual(rest.slice(0, 2));
    expect(line.size).toBe(rest.length + 1);
  });
});
