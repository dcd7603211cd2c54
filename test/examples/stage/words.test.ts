import { describe as suite, expect, it } from 'vitest';
import { describe, sentenceOf } from '../../../examples/playground/src/stage/describe.js';
import { gaugesOf } from '../../../examples/playground/src/stage/gauges.js';
import { talliesAt } from '../../../examples/playground/src/stage/moments.js';
import { outcomeOf } from '../../../examples/playground/src/stage/outcome.js';
import { lastPage, rangeOf } from '../../../examples/playground/src/stage/pages.js';
import { Recording } from '../../../examples/playground/src/stage/recording.js';
import { emptyTally } from '../../../examples/playground/src/stage/tally.js';
import { dropFeed, kindsFeed, reply, rows } from './feeds.js';

const dropped = new Recording(rows);
for (const event of dropFeed()) dropped.add(event);
const kinds = new Recording(rows);
for (const event of kindsFeed()) kinds.add(event);

const words = (recording: Recording, time: number, expected?: number, isOver = true) =>
  talliesAt(recording, time).map((tally) => outcomeOf(tally, expected, isOver).words);

suite('the outcome of a row', () => {
  it('tells a silent end from a whole reply', () => {
    const whole = `complete: ${String(reply.length)} characters`;
    const silent = `ended in silence after 160 of ${String(reply.length)} characters`;
    expect(words(dropped, Infinity, reply.length)).toEqual([whole, silent, whole]);
    expect(words(dropped, Infinity)[1]).toBe('complete: 160 characters');
  });

  it('names errors, cancellations and readers who have left', () => {
    expect(words(kinds, Infinity)).toEqual([
      'cancelled after 18 characters: the reader pressed Stop',
      'error: rateLimit',
      'unsubscribed after 25 characters',
    ]);
  });

  it('follows the time', () => {
    expect(words(dropped, -1, undefined, false)).toEqual(['not begun', 'not begun', 'not begun']);
    expect(words(dropped, 1000, undefined, false)).toEqual(['streaming', 'streaming', 'waiting']);
    expect(words(dropped, 1000)[0]).toBe('left open after 19 characters');
  });

  it('counts values where there is no text', () => {
    const tally = { ...emptyTally, status: 'complete' as const, values: 1 };
    expect(outcomeOf(tally, 540, true).words).toBe('complete: 1 value');
  });
});

suite('the gauges of a row', () => {
  it('come from its sums', () => {
    const gauges = gaugesOf(talliesAt(dropped, Infinity)[1] ?? emptyTally, 10_000);
    expect(gauges.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'First text: 824 ms',
      'Chunks: 13',
      'Characters: 160',
      'Speed: 82/s',
      'Median gap: 110 ms',
      'Longest silence: 320 ms',
    ]);
  });

  it('count a silence that goes on', () => {
    const tally = { ...emptyTally, chunks: 1, open: 1, firstText: 100, lastText: 100 };
    expect(gaugesOf(tally, 3100).at(-1)).toEqual({ name: 'Longest silence', value: '3.00 s' });
    expect(gaugesOf({ ...tally, open: 0 }, 3100).at(-1)?.value).toBe('–');
  });
});

suite('an event in words', () => {
  it('has its time, row, kind and text', () => {
    expect(kinds.moments.map((moment) => describe(kinds, moment).event)).toEqual([
      'request 1',
      'request 1',
      'request 1',
      'queued',
      'error: rateLimit',
      'retrying',
      'error: rateLimit',
      'request 2',
      'thought',
      'tool call',
      'tool result',
      'chunk 1',
      'sentence',
      'fallback',
      'unsubscribed',
      'request 3',
      'JSON value',
      'value',
      'chunk 1',
      'cancelled',
      'unsubscribed',
    ]);
  });

  it('is a sentence for people who hear it', () => {
    const [first] = dropped.tracks[2]?.texts ?? [];
    expect(first && sentenceOf(dropped, first)).toBe(
      'Your pipe, chunk 1, 1.48 s, 53 characters, from chunks 1 to 5 of the model, 656 ms later, ' +
        '“The sky is blue because air scatters blue light more ”, event 2 of 12',
    );
  });
});

suite('the pages of the list', () => {
  it('hold fifty events each', () => {
    expect([0, 1, 50, 51, 18_000].map(lastPage)).toEqual([0, 0, 0, 1, 359]);
    expect(rangeOf(0, 0)).toEqual([0, 0]);
    expect(rangeOf(1, 70)).toEqual([50, 70]);
    expect(rangeOf(9, 70)).toEqual([50, 70]);
  });
});
