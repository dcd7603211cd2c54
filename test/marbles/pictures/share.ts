import { defer, ReplaySubject, scan, tap } from 'rxjs';
import { coalesceMap } from '../../../operators/share/coalesceMap.js';
import { shareReply } from '../../../operators/share/shareReply.js';
import { emptyChunk } from '../../../src/chunk/emptyChunk.js';
import { mergeChunks } from '../../../src/chunk/mergeChunks.js';
import { textOf } from '../../../src/chunk/readers.js';
import type { GeminiResponse } from '../../../src/chunk/response.js';
import { record } from '../../../src/recording/record.js';
import { publishReply } from '../../../src/redis/publishReply.js';
import { createReplies } from '../../../src/replies/createReplies.js';
import { finishChunk } from '../../../src/testing/chunks.js';
import { synchronousRedis } from '../../support/synchronousRedis.js';
import { finish, notice, text, value } from '../looks.js';
import type { Look } from '../scene.js';
import type { Picture } from '../stage.js';

/** Pictures of one reply for many, or for slow, consumers. */
export const sharePictures: readonly Picture[] = [
  {
    name: 'coalesceMap',
    alt: 'A slow consumer takes one chunk at a time; chunks that arrive meanwhile are merged into one.',
    play(m) {
      const reply$ = m.source('chunks', '-a---b---c---d---|', { a: 'Light ', b: 'is ', c: 'very ', d: 'fast.' });
      m.code('coalesceMap((chunk) => save(chunk))');
      const save = ({ text: saved }: { text: string }) => m.cold('----------(x|)', { x: saved });
      const result$ = reply$.pipe(coalesceMap((chunk) => save(chunk)));
      m.result('saved', result$).toBe('-----------x---------y---------(z|)', {
        x: text('Light '),
        y: text('is very '),
        z: text('fast.'),
      });
    },
  },
  {
    name: 'createReplies',
    alt: 'A reply runs apart from its readers: a reader that disconnects stops nothing, and gets exactly the rest when it is back.',
    play(m) {
      const reply$ = m.source('the one request', '--a---b---c---d---f---|', {
        a: 'Light ',
        b: 'is ',
        c: 'very ',
        d: 'fast.',
        f: finishChunk(),
      });
      m.code("replies.start('42', reply$)\nreplies.follow('42', { after })");
      const replies = createReplies();
      let after: string | undefined;
      void replies.start('42', reply$);
      const reader$ = defer(() => replies.follow('42', { after })).pipe(tap(({ position }) => (after = position)));
      m.result('a reader that disconnects', reader$, { during: '^-------!' }).toBe('n-a---b', {
        n: notice('position'),
        a: text('Light '),
        b: text('is '),
      });
      m.result('the same reader, back', reader$, { during: '----------------^' }).toBe('----------------x-f---|', {
        x: text('very fast.'),
        f: finish('STOP'),
      });
    },
  },
  {
    name: 'mergeChunks',
    alt: 'Two chunks merge into one that spells the same reply; almost every operator is built on it.',
    play(m) {
      const reply$ = m.source('chunks', '-a----b----f----|', { a: 'Light ', b: 'is fast.', f: finishChunk() });
      m.code('scan(mergeChunks, emptyChunk)');
      m.result('merged', reply$.pipe(scan(mergeChunks, emptyChunk))).toBe('-x----y----z----|', {
        x: text('Light '),
        y: text('Light is fast.'),
        z: text('Light is fast.', 'STOP'),
      });
    },
  },
  {
    name: 'publishReply',
    alt: 'A reply passes unchanged, and each chunk is stored in Redis, from which every process can read the reply.',
    play(m) {
      const reply$ = m.source('chunks', '-a---b----f----|', { a: 'Light ', b: 'is fast.', f: finishChunk() });
      m.code("publishReply(redis, '42')");
      const stored$ = new ReplaySubject<string>(Infinity);
      const redis = synchronousRedis(([, , , chunks = '[]']) => {
        for (const chunk of JSON.parse(chunks) as GeminiResponse[]) stored$.next(textOf(chunk) || 'STOP');
      });
      const result$ = reply$.pipe(publishReply(redis, '42'));
      m.result('the same chunks', result$).toBe('-a---b----f----|', {
        a: text('Light '),
        b: text('is fast.'),
        f: finish('STOP'),
      });
      m.result('in Redis', stored$).toBe('-a---b----f-----', {
        a: text('Light '),
        b: text('is fast.'),
        f: text('STOP'),
      });
    },
  },
  {
    name: 'record',
    alt: 'The reply passes unchanged; a line with the time of each chunk is written to a file.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '100ms a 149ms b 149ms |', { a: 'Light ', b: 'is fast.' });
      const lines$ = new ReplaySubject<string>(Infinity);
      const file = { write: (line: string) => lines$.next(line) };
      m.code('record(file)');
      m.result('unchanged', reply$.pipe(record(file))).toBe('100ms a 149ms b 149ms |', {
        a: text('Light '),
        b: text('is fast.'),
      });
      m.result('the file', lines$, { show: lookOfLine }).toBe('h 99ms a 149ms b 149ms e', {
        h: value('header'),
        a: value('t: 100', '“Light ”'),
        b: value('t: 250', '“is fast.”'),
        e: value('t: 400', 'complete'),
      });
    },
  },
  {
    name: 'shareReply',
    alt: 'Two readers share one request; the reader that comes late first gets the missed chunks as one chunk.',
    play(m) {
      const reply$ = m.source('the one request', '--a---b---c---d---|', {
        a: 'Light ',
        b: 'is ',
        c: 'very ',
        d: 'fast.',
      });
      m.code('shareReply()');
      const shared$ = reply$.pipe(shareReply());
      m.result('first reader', shared$).toBe('--a---b---c---d---|', {
        a: text('Light '),
        b: text('is '),
        c: text('very '),
        d: text('fast.'),
      });
      m.result('late reader', shared$, { during: '--------^' }).toBe('--------x-c---d---|', {
        x: text('Light is '),
        c: text('very '),
        d: text('fast.'),
      });
    },
  },
];

function lookOfLine(line: string): Look {
  const { t, chunk, end } = JSON.parse(line) as { t?: number; chunk?: GeminiResponse; end?: string };
  if (t === undefined) return value('header');
  return value(`t: ${t}`, chunk ? `“${textOf(chunk)}”` : end);
}
