import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinText } from '../../src/chunk/joinText.js';

it('joinText joins like `+`', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', '\ude00', 'x'.repeat(255)));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      expect(texts.reduce(joinText, '')).toBe(texts.join(''));
    }),
  );
});
