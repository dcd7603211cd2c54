import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { ChunkSubject } from '../../../operators/share/chunkSubject.js';
import { chunk } from '../../../src/testing/chunks.js';

/** Subscribes, and lists what comes in short. */
function reader(subject: ChunkSubject<GeminiChunk>, inside: (text: string) => void = () => undefined): string[] {
  const seen: string[] = [];
  const inbox = new Subject<GeminiChunk>();
  inbox.subscribe({
    next: ({ text }) => {
      seen.push(text);
      inside(text);
    },
    error: (cause: unknown) => seen.push(`#${String(cause)}`),
    complete: () => seen.push('|'),
  });
  subject.subscribe(inbox);
  return seen;
}

describe('ChunkSubject', () => {
  it('gives what was missed as one chunk, then what comes, then the end', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    const first = reader(subject);
    subject.next(chunk('a'));
    subject.next(chunk('b'));
    const late = reader(subject);
    subject.next(chunk('c'));
    subject.complete();
    const last = reader(subject);
    expect([first, late, last]).toEqual([
      ['a', 'b', 'c', '|'],
      ['ab', 'c', '|'],
      ['abc', '|'],
    ]);
  });

  it('gives what was missed before a failure as well', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    subject.next(chunk('a'));
    subject.error('boom');
    expect(reader(subject)).toEqual(['a', '#boom']);
  });

  it('brings what is emitted inside of a notification after it, to all in one order', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    const first = reader(subject, (text) => {
      if (text === 'a') subject.next(chunk('b'));
      if (text === 'b') subject.complete();
    });
    const second = reader(subject);
    subject.next(chunk('a'));
    expect([first, second]).toEqual([
      ['a', 'b', '|'],
      ['a', 'b', '|'],
    ]);
  });

  it('brings what is emitted inside of a first, merged chunk after it', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    const first = reader(subject);
    subject.next(chunk('a'));
    const late = reader(subject, (text) => {
      if (text === 'a') subject.next(chunk('b'));
    });
    expect([first, late]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('hands the failure over to whoever shares the source, where there is somebody', () => {
    const failures: string[] = [];
    const subject = new ChunkSubject<GeminiChunk>(undefined, undefined, ({ kind }) => failures.push(kind));
    const seen = reader(subject);
    subject.next(null as unknown as GeminiChunk);
    subject.next(chunk('a'));
    expect([failures, seen]).toEqual([['unknown'], []]);
  });

  it('keeps nothing of a past that is too large: who is there reads on, who comes later fails', () => {
    const subject = new ChunkSubject<GeminiChunk>({ maxBytes: 4, overflow: () => 'too large' });
    const first = reader(subject);
    subject.next(chunk('a'));
    subject.next(chunk('b'));
    const second = reader(subject);
    subject.next(chunk('c'));
    const late = reader(subject);
    subject.complete();
    expect([first, second, late, reader(subject)]).toEqual([
      ['a', 'b', 'c', '|'],
      ['ab', 'c', '|'],
      ['#too large'],
      ['#too large'],
    ]);
  });

  it('fails with a chunk that it cannot merge, and throws nothing at whoever emits it', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    const first = reader(subject);
    subject.next(chunk('a'));
    subject.next({ text: 'b', candidates: 7 } as unknown as GeminiChunk);
    subject.next(chunk('c'));
    expect(first).toEqual(['a', expect.stringMatching(/^#GeminiError: .*not iterable/)]);
    expect(reader(subject)).toEqual(first);
  });
});
