import { expect, it } from 'vitest';
import { appendPartialArgs } from '../../src/chunk/joinParts.js';
import type { GeminiPartialArg } from '../../src/chunk/response.js';

it('appendPartialArgs joins neighbouring strings of one place, and nothing else', () => {
  const appended = (...pieces: GeminiPartialArg[]) => {
    const list: GeminiPartialArg[] = [];
    appendPartialArgs(list, pieces);
    return list;
  };
  const [text, more] = [
    { jsonPath: '$.a', stringValue: 'x', willContinue: true },
    { jsonPath: '$.a', stringValue: 'y' },
  ];
  const number = { jsonPath: '$.a', numberValue: 1 };
  expect(appended(text, more)).toEqual([{ jsonPath: '$.a', stringValue: 'xy' }]);
  for (const apart of [
    [text, number],
    [number, more],
    [text, { ...more, jsonPath: '$.b' }],
  ]) {
    expect(appended(...apart)).toEqual(apart);
  }
});
