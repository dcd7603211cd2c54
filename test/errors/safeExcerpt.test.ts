import { describe, expect, it } from 'vitest';
import { safeExcerpt } from '../../src/errors/safeExcerpt.js';

describe('safeExcerpt', () => {
  it.each([
    ['text as it is', 'The model is overloaded.', 'The model is overloaded.'],
    ['lines as one', '  Quota exceeded\n* limit: 20\r\n', 'Quota exceeded * limit: 20'],
    ['no secret', 'key=secret', 'key=[redacted]'],
    ['nothing of a web page', ' <!DOCTYPE html><html><body>502</body></html>', ''],
    ['nothing of a web page that has a heading', 'Error 502: <html lang="en">…', ''],
    ['nothing of nothing', ' \n', ''],
    ['what is less than something', 'temperature < 2 is allowed', 'temperature < 2 is allowed'],
  ])('returns %s', (_, text, expected) => {
    expect(safeExcerpt(text)).toBe(expected);
  });

  it('cuts a long text after redacting it', () => {
    const cut = safeExcerpt(`${'x'.repeat(480)} AIzaSyA-1234567890_abcdefghijklmnopqrst`);
    expect(cut).not.toContain('AIza');
    expect(safeExcerpt('word '.repeat(1_000))).toHaveLength(500);
    expect(safeExcerpt('word '.repeat(1_000))).toMatch(/ word…$|…$/);
  });
});
