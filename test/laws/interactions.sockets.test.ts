import { lastValueFrom, map, take, timer, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import { resumeOnDrop } from '../../operators/protect/resumeOnDrop.js';
import { retryTransient } from '../../operators/protect/retryTransient.js';
import { timeoutReply } from '../../operators/protect/timeoutReply.js';
import { coalesceMap } from '../../operators/share/coalesceMap.js';
import { shareReply } from '../../operators/share/shareReply.js';
import { bufferChunks } from '../../operators/show/bufferChunks.js';
import { smoothText } from '../../operators/show/smoothText.js';
import { withProgress } from '../../operators/show/withProgress.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';
import { emulate } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const agent = { agent: 'deep-research', input: 'Why?', background: true } as const;
const text = 'One sentence. Two sentences, of many words.\nAnd a third, which ends here. '.repeat(3);

/** The emulator with the answer `text` of an agent, whose events have ids or none. */
function answering(eventIds: number) {
  return emulate({ text, pace: 2, interaction: { eventIds, queued: 4 } });
}

type Pipe = (reply$: Observable<GeminiChunk>) => Observable<GeminiChunk>;

/** Operators whose chunks are the source's chunks, or merges of them. */
const whole: Readonly<Record<string, Pipe>> = {
  'no operator': (reply$) => reply$,
  'bufferChunks({ maxWait })': (reply$) => reply$.pipe(bufferChunks({ maxWait: 15 })),
  'coalesceMap for a slow consumer': (reply$) => reply$.pipe(coalesceMap((chunk) => timer(7).pipe(map(() => chunk)))),
  'withProgress and shareReply': (reply$) => reply$.pipe(withProgress(), shareReply()),
};

/** Operators that cut chunks, so that a chunk may have text beyond its place. */
const cutting: Readonly<Record<string, Pipe>> = {
  "bufferChunks({ until: 'word' })": (reply$) => reply$.pipe(bufferChunks({ until: 'word' })),
  "bufferChunks({ until: 'sentence' })": (reply$) => reply$.pipe(bufferChunks({ until: 'sentence' })),
  'smoothText()': (reply$) => reply$.pipe(smoothText({ maxLag: 30 })),
};

/** Reads a reply until a chunk, and the rest from the latest place in another subscription: both texts. */
async function readTwice(pipe: Pipe, eventIds: number, count: number): Promise<[string, string]> {
  const { ai } = await answering(eventIds);
  const textOf = (chunks: readonly GeminiChunk[]) => chunks.map((chunk) => chunk.text).join('');
  const seen = await lastValueFrom(pipe(fromInteraction(ai, agent)).pipe(take(count), toArray()));
  const last = seen.findLastIndex(({ interaction }) => interaction);
  const { id, cursor } = seen[last]!.interaction!;
  const rest = await lastValueFrom(fromInteraction(ai, { id, after: cursor }).pipe(toArray()));
  return [textOf(seen.slice(0, last + 1)), textOf(rest)];
}

const readers = [0, 1, 3].flatMap((eventIds) => [2, 5, 9, 14].map((count) => ({ eventIds, count })));

describe('A second reader that continues from the place of a chunk', () => {
  it.each(Object.entries(whole))('gets each later character once, below %s', async (_, pipe) => {
    for (const { eventIds, count } of readers) {
      const [before, after] = await readTwice(pipe, eventIds, count);
      expect(before + after).toBe(text);
    }
  });

  it.each(Object.entries(cutting))('misses nothing, below %s', async (_, pipe) => {
    for (const { eventIds, count } of readers) {
      const [before, after] = await readTwice(pipe, eventIds, count);
      expect(text.startsWith(before)).toBe(true);
      expect(text.endsWith(after)).toBe(true);
      expect(before.length + after.length).toBeGreaterThanOrEqual(text.length);
    }
  });
});

describe('A background run', () => {
  it('is created once, whatever the operators in the documented order do', async () => {
    const { ai, emulator } = await emulate({ text, interaction: { queued: 60_000 } });
    const { error } = await outcomeOf(
      fromInteraction(ai, agent).pipe(
        timeoutReply({ first: 150 }),
        classifyErrors(),
        retryTransient({ delay: 1 }),
        resumeOnDrop({ continueWith: () => fromInteraction(ai, agent) }),
      ),
    );
    expect(error).toMatchObject({ kind: 'timeout', retryable: false });
    expect(error?.partial?.interaction).toMatchObject({ status: 'queued', background: true });
    expect(emulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});
