import { afterEach, describe, it, vi } from 'vitest';
import { expected, expectResult, numbered } from './exampleResults.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('the examples of the docs that need `httpOptions.fetch` of the SDK', () => {
  it.each(numbered.filter(({ name }) => expected.get(name)?.needsFetch))('print their result: $name', expectResult);
});
