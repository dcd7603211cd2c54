import { describe, expect, it } from 'vitest';
import { Column } from '../../src/cli/column.js';

describe('Column', () => {
  it.each([
    ['', 0],
    ['Hello', 5],
    ['Hello\n', 0],
    ['Hello\nyou', 3],
    ['世界', 4],
    ['👋', 2],
    ['e\u0301', 1],
  ])('after %j is %d', (text, at) => {
    const column = new Column();
    column.write(text);
    expect(column.at).toBe(at);
  });

  it('continues where the last text ended', () => {
    const column = new Column();
    column.write('Hello, ');
    column.write('you');
    expect(column.at).toBe(10);
  });
});
