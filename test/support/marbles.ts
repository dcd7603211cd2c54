import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { expect } from 'vitest';
import { isGeminiError } from '../../src/errors/geminiError.js';

// `toEqual` does not see properties that are not enumerable: errors are the same only if their partials are.
expect.addEqualityTesters([
  function comparePartials(a: unknown, b: unknown, testers) {
    if (!isGeminiError(a) || !isGeminiError(b)) return undefined;
    return this.equals(a.partial, b.partial, testers) ? undefined : false;
  },
]);

/** A test in virtual time: `it('…', marbles((m) => { … }))`. */
export function marbles(test: (m: RunHelpers) => void): () => void {
  return () => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(test);
  };
}
