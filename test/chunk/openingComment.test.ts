import { describe, expect, it } from 'vitest';
import { openingComment, readOpening } from '../../src/chunk/openingComment.js';

describe('openingComment', () => {
  const read = (text: string) => readOpening(text.slice(1, -2));

  it.each([
    [{ heartbeat: 15_000, after: undefined }, ': rxjs-gemini heartbeat=15000\n\n'],
    [{ heartbeat: 0.5, after: -1 }, ': rxjs-gemini heartbeat=0.5 after=-1\n\n'],
    [{ heartbeat: undefined, after: 7 }, ': rxjs-gemini after=7\n\n'],
    [{ heartbeat: undefined, after: undefined }, ': rxjs-gemini\n\n'],
  ])('can be parsed: %j', (opening, text) => {
    expect(openingComment(opening)).toBe(text);
    expect(read(text)).toEqual(opening);
  });

  it.each(['keep-alive', '', 'rxjs-geminis heartbeat=5', 'I am rxjs-gemini'])(
    'does not read another comment: %s',
    (comment) => {
      expect(readOpening(comment)).toBeUndefined();
    },
  );

  it.each(['0', '-5', 'x', 'Infinity', '1e9', '9'.repeat(400)])('rejects a heartbeat of %s ms', (heartbeat) => {
    expect(readOpening(`rxjs-gemini heartbeat=${heartbeat}`)?.heartbeat).toBeUndefined();
  });

  it('ignores unknown words', () => {
    expect(readOpening('rxjs-gemini version=2 heartbeat=7 more')).toEqual({ heartbeat: 7, after: undefined });
  });

  it('may have a fraction of several digits, an index of several digits, and words after the index', () => {
    expect(readOpening('rxjs-gemini heartbeat=0.25 after=12 more')).toEqual({ heartbeat: 0.25, after: 12 });
  });
});
