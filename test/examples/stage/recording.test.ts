import { describe, expect, it } from 'vitest';
import {
  countUntil,
  heldBack,
  talliesAt,
  timeAfter,
  timeBefore,
} from '../../../examples/playground/src/stage/moments.js';
import { Recording } from '../../../examples/playground/src/stage/recording.js';
import type { RunEvent } from '../../../examples/playground/src/runEvent.js';
import { chunksOf, dropFeed, kindsFeed, reply, rows } from './feeds.js';

function record(events: readonly RunEvent[]): Recording {
  const recording = new Recording(rows);
  for (const event of events) recording.add(event);
  return recording;
}

const text = (row: string, time: number, at: number, content: string): RunEvent => ({
  row,
  time,
  type: 'text',
  at,
  text: content,
});

describe('Recording', () => {
  it('knows the sums of each row at any time', () => {
    const recording = record(dropFeed());
    const [model, plain, pipe] = talliesAt(recording, Infinity);
    expect(model).toMatchObject({ characters: reply.length, requests: 2, status: 'complete', open: 0 });
    expect(model?.chunks).toBe(chunksOf(reply).length);
    expect(plain).toMatchObject({ chunks: 13, status: 'complete' });
    expect(pipe).toMatchObject({ characters: reply.length, status: 'complete' });
    expect(talliesAt(recording, -1).map(({ status }) => status)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(talliesAt(recording, 0).map(({ status }) => status)).toEqual(['open', 'open', 'open']);
  });

  it('shows the same at a time whether more has come since or not', () => {
    const events = dropFeed();
    const whole = record(events);
    for (const time of [0, 820, 1500, 2881, 4000]) {
      const part = record(events.filter((event) => event.time <= time));
      expect(talliesAt(whole, time)).toEqual(talliesAt(part, time));
    }
  });

  it('computes the median of the gaps and the longest one', () => {
    const recording = record([0, 10, 30, 31, 131].map((time, index) => text('model', time, index, 'x')));
    expect(recording.tracks[0]?.texts.map(({ tally }) => tally.medianGap)).toEqual([undefined, 10, 15, 10, 15]);
    expect(talliesAt(recording, 131)[0]).toMatchObject({ longestGap: 100, firstText: 0, lastText: 131 });
  });

  it('leads each text of a pipe back to the parts of the model that it was made from', () => {
    const recording = record([
      text('model', 0, 0, 'Hello '),
      text('model', 10, 6, 'you. '),
      text('model', 20, 11, 'Bye'),
      text('pipe', 30, 0, 'Hello you.'),
      text('pipe', 40, 10, ' Bye'),
    ]);
    const sources = recording.tracks[2]?.texts.map((moment) => moment.sources.map(({ owner }) => owner.time));
    expect(sources).toEqual([
      [0, 10],
      [10, 20],
    ]);
  });

  it('leads to the newest request where a text has begun anew', () => {
    const recording = record([text('model', 0, 0, 'Hel'), text('model', 10, 0, 'Hello'), text('pipe', 20, 0, 'Hello')]);
    expect(recording.tracks[0]?.texts.at(-1)?.tally).toMatchObject({ characters: 5, rewinds: 1, chunks: 2 });
    expect(recording.tracks[2]?.texts[0]?.sources.map(({ owner }) => owner.time)).toEqual([10]);
  });

  it('counts only the text that is there for a reader who comes late', () => {
    const recording = record([text('pipe', 0, 100, 'late'), text('pipe', 10, 104, 'r')]);
    expect(talliesAt(recording, 10)[2]).toMatchObject({ characters: 5, reach: 105 });
  });

  it('keeps a row of the network open while one of its requests is', () => {
    const request = (time: number, number: number): RunEvent => ({ row: 'model', time, type: 'subscribe', number });
    const recording = record([
      request(0, 1),
      request(5, 2),
      { row: 'model', time: 10, type: 'unsubscribe' },
      { row: 'model', time: 20, type: 'complete' },
      { row: 'model', time: 21, type: 'unsubscribe' },
    ]);
    expect([5, 10, 20, 21].map((time) => talliesAt(recording, time)[0]?.status)).toEqual([
      'open',
      'open',
      'complete',
      'complete',
    ]);
  });

  it('puts an event that comes with an earlier time at the end, and leaves out rows that it does not know', () => {
    const recording = record([text('model', 50, 0, 'a'), text('plain', 40, 0, 'a'), text('other', 60, 0, 'a')]);
    expect(recording.moments.map(({ time }) => time)).toEqual([50, 50]);
  });
});

describe('the moments of a run', () => {
  it('are found by time', () => {
    const recording = record(kindsFeed());
    expect(countUntil(recording.moments, 0)).toBe(3);
    expect(countUntil(recording.moments, 399)).toBe(4);
    expect(timeAfter(recording, 0)).toBe(120);
    expect(timeAfter(recording, 4010)).toBeUndefined();
    expect(timeBefore(recording, 120)).toBe(0);
    expect(timeBefore(recording, 0)).toBeUndefined();
  });

  it('tell how much text is held back in a pipe that is open', () => {
    const recording = record([
      { row: 'pipe', time: 0, type: 'subscribe', number: 1 },
      text('model', 10, 0, 'Hello you.'),
      text('pipe', 20, 0, 'Hello'),
      { row: 'pipe', time: 30, type: 'value', kind: 'json', label: '{}' },
      text('model', 40, 10, ' Bye'),
      { row: 'pipe', time: 50, type: 'complete' },
    ]);
    const held = (time: number) => heldBack(recording, talliesAt(recording, time), 2);
    expect([0, 10, 20, 30, 40, 50].map(held)).toEqual([0, 10, 5, 0, 4, 0]);
    expect(heldBack(recording, talliesAt(recording, 40), 1)).toBe(0);
  });
});
