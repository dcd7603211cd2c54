import { describe, expect, it } from 'vitest';
import { closeMarks } from './closeMarks';

describe('closeMarks', () => {
  it.each([
    ['1. **The text', '1. **The text**'],
    ['1. **The text ', '1. **The text**'],
    ['Call `start', 'Call `start`'],
    ['A **bold `code', 'A **bold `code`'],
    ['It is **', 'It is '],
    ['**Done** and', '**Done** and'],
    ['`a ** b` and', '`a ** b` and'],
    ['**left open\nbefore', '**left open\nbefore'],
    ['```ts\nconst a = `', '```ts\nconst a = `'],
    ['', ''],
  ])('shows %j as %j', (text, shown) => {
    expect(closeMarks(text)).toBe(shown);
  });
});
