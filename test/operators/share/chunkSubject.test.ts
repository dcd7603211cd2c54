import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { GeminiChunk } from '../../../src/chunk/geminiChunk.js';
import { BoundedReplay } from '../../../operators/share/boundedReplay.js';
import { ChunkSubject } from '../../../operators/share/chunkSubject.js';
import { MergedReplayBuffer } from '../../../operators/share/replayBuffer.js';
import { chunk } from '../../../src/testing/chunks.js';

/** Subscribes, and lists the notifications in short form. */
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
  it('replays the missed chunks as one, then emits live chunks and the completion', () => {
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

  it('replays the missed chunks before a failure', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    subject.next(chunk('a'));
    subject.error('boom');
    expect(reader(subject)).toEqual(['a', '#boom']);
  });

  it('emits a chunk that arrives inside a notification after it, in one order for all', () => {
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

  it('emits a chunk that arrives inside a replayed chunk after it', () => {
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

  it('calls back with the failure instead of failing, if there is a callback', () => {
    const failures: string[] = [];
    const subject = new ChunkSubject<GeminiChunk>(undefined, ({ kind }) => failures.push(kind));
    const seen = reader(subject);
    subject.next(null as unknown as GeminiChunk);
    subject.next(chunk('a'));
    expect([failures, seen]).toEqual([['unknown'], []]);
  });

  it('drops a replay that is too large: present subscribers continue, later ones fail', () => {
    const subject = new ChunkSubject<GeminiChunk>(
      new BoundedReplay(new MergedReplayBuffer(), { maxBytes: 4, overflow: () => 'too large' }),
    );
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

  it('fails with a chunk that it cannot merge, and does not throw into the source', () => {
    const subject = new ChunkSubject<GeminiChunk>();
    const first = reader(subject);
    subject.next(chunk('a'));
    subject.next({ text: 'b', candidates: 7 } as unknown as GeminiChunk);
    subject.next(chunk('c'));
    expect(first).toEqual(['a', expect.stringMatching(/^#GeminiError: .*not iterable/)]);
    expect(reader(subject)).toEqual(first);
  });
});
