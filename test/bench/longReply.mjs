// Whether a chunk of a long reply costs what one of a short reply costs: the law that costs do not grow with the reply.
import { lastValueFrom, range, map, tap } from 'rxjs';
import { accumulate, ChunkBuilder } from 'rxjs-gemini';
import { chunk } from 'rxjs-gemini/testing';
import { atMost } from './atMost.mjs';
import { median } from './median.mjs';

const short = 10_000;
const long = 1_000_000;
const piece = chunk('twelve chars', { usageMetadata: { candidatesTokenCount: 3 } });

/** Reads the text so far about as often as a view does: 60 times a second, at 20 000 chunks a second. */
const everyView = Math.round(20_000 / 60);

const ways = {
  ChunkBuilder: async (count) => {
    const builder = new ChunkBuilder();
    for (let index = 0; index < count; index++) builder.append(piece);
    return builder.snapshot().text.length;
  },
  'accumulate(), its last text read': async (count) => {
    const reply$ = range(count).pipe(
      map(() => piece),
      accumulate(),
    );
    return (await lastValueFrom(reply$)).text.length;
  },
  'accumulate(), read as by a view': async (count) => {
    let read = 0;
    const views = Math.min(count / everyView, 60);
    const each = Math.floor(count / views);
    const reply$ = range(count).pipe(
      map(() => piece),
      accumulate(),
      tap(({ text, chunks }) => {
        if (chunks % each === 0) read += text.charCodeAt(text.length - 1);
      }),
    );
    return (await lastValueFrom(reply$)).text.length + (read > 0 ? 0 : 1);
  },
};

/** The reasons of the ways that miss the target. */
const reasons = {
  'accumulate(), read as by a view': 'an engine copies a text to read it: 60 times up to 12 MB here',
};

/** Rows of `{ way, short, long, ratio, target }`, in ns a chunk. */
export async function longReply() {
  const rows = [];
  for (const [way, run] of Object.entries(ways)) {
    await time(run, short);
    const shorts = [];
    const longs = [];
    for (let round = 0; round < 5; round++) {
      // As many chunks in both, so that the collector has as much to do.
      let sum = 0;
      for (let again = 0; again < long / short; again++) sum += await time(run, short);
      shorts.push(sum / (long / short));
      longs.push(await time(run, long));
    }
    const ratio = median(longs) / median(shorts);
    rows.push({
      way,
      short: median(shorts),
      long: median(longs),
      ratio,
      target: atMost(1.3, ratio, 'x', reasons[way]),
    });
  }
  return rows;
}

async function time(run, count) {
  const start = process.hrtime.bigint();
  const length = await run(count);
  if (length !== piece.text.length * count) throw new Error(`lost text: ${length} characters of ${count} chunks`);
  return Number(process.hrtime.bigint() - start) / count;
}
