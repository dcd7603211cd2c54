import { EMPTY, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { annotate, type ChunkMeter } from '../../src/chunk/annotate.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { chunk } from '../../src/testing/chunks.js';

/** Annotates each chunk with the number of chunks so far. */
function counted(source: Observable<GeminiChunk>, more: Partial<ChunkMeter<number>> = {}) {
  const annotated = annotate(
    'count',
    () => {
      let count = 0;
      return { append: () => (count += 1), read: () => count, ...more };
    },
    (cause, name, value) => `${String(cause)}, ${name} ${value}`,
  );
  return source.pipe(annotated);
}

function seenOf(source: Observable<GeminiChunk>, more?: Partial<ChunkMeter<number>>): unknown[] {
  const seen: unknown[] = [];
  counted(source, more).subscribe({
    next: ({ text, ...fields }) => seen.push([text, fields.count]),
    error: (cause: unknown) => seen.push(cause),
    complete: () => seen.push('complete'),
  });
  return seen;
}

describe('annotate', () => {
  it('adds the value to each chunk', () => {
    expect(seenOf(of(chunk('a'), chunk('b')))).toEqual([['a', 1], ['b', 2], 'complete']);
  });

  it('emits one notice if the source emits nothing at first', () => {
    expect(seenOf(NEVER)).toEqual([['', 0]]);
    expect(seenOf(EMPTY)).toEqual([['', 0], 'complete']);
    expect(seenOf(throwError(() => 'broken'))).toEqual([['', 0], 'broken, count 0']);
  });

  it('emits a last notice if the meter says that one is due', () => {
    expect(seenOf(of(chunk('a')), { complete: () => true })).toEqual([['a', 1], ['', 1], 'complete']);
    expect(seenOf(of(chunk('a')), { complete: () => false })).toEqual([['a', 1], 'complete']);
  });

  it('tells the meter of a failure', () => {
    const fail = vi.fn();
    seenOf(
      throwError(() => 'broken'),
      { fail },
    );
    expect(fail).toHaveBeenCalledExactlyOnceWith('broken');
  });

  it('disposes of the meter at the end of the subscription, of any kind', () => {
    const dispose = vi.fn();
    seenOf(EMPTY, { dispose });
    expect(dispose).toHaveBeenCalledTimes(1);
    const subscription = counted(new Subject<GeminiChunk>(), { dispose }).subscribe();
    expect(dispose).toHaveBeenCalledTimes(1);
    subscription.unsubscribe();
    expect(dispose).toHaveBeenCalledTimes(2);
  });
});
