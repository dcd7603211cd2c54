import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { createRateLimiter } from '../../../operators/protect/createRateLimiter.js';
import { fallback } from '../../../operators/protect/fallback.js';
import { hedge } from '../../../operators/protect/hedge.js';
import { protectReply } from '../../../operators/protect/protectReply.js';
import { resumeOnDrop } from '../../../operators/protect/resumeOnDrop.js';
import { retryTransient } from '../../../operators/protect/retryTransient.js';
import { stopWhen } from '../../../operators/protect/stopWhen.js';
import { takeUntilCancel } from '../../../operators/protect/takeUntilCancel.js';
import { timeoutReply } from '../../../operators/protect/timeoutReply.js';
import { finishChunk } from '../../../src/testing/chunks.js';
import { finish, mark, notice, text, value, WireError } from '../looks.js';
import { inTurn, type Picture } from '../stage.js';

const busy = new WireError({ code: 429, retryDelay: 2000 });
const overloaded = new WireError({ code: 503 });

/** Pictures of the operators that protect a reply. */
export const protectPictures: readonly Picture[] = [
  {
    name: 'classifyErrors',
    alt: 'A reply that ends without a finish reason was cut, and fails with the kind truncated.',
    play(m) {
      const reply$ = m.source('chunks', '--a---b---|', { a: 'Light ', b: 'is fa' });
      m.code('classifyErrors()');
      m.result('chunks, and an error with a kind', reply$.pipe(classifyErrors())).toBe(
        '--a---b---#',
        { a: text('Light '), b: text('is fa') },
        'truncated',
      );
    },
  },
  {
    name: 'createRateLimiter',
    alt: 'With one request at once, the second reply waits in the queue, reports its place, and begins when the first is complete.',
    play(m) {
      const limiter = createRateLimiter({ concurrency: 1 });
      const first$ = m.source('request A', '---a---b---|', { a: 'One ', b: 'done.' });
      const second$ = m.source('request B', '---a---b---|', { a: 'Two ', b: 'done.' });
      m.code('const limiter = createRateLimiter({ concurrency: 1 })\nlimiter.limit()');
      m.result('reply A', first$.pipe(limiter.limit())).toBe('---a---b---|', { a: text('One '), b: text('done.') });
      m.result('reply B', second$.pipe(limiter.limit())).toBe('q----------y--a---b---|', {
        q: notice('queued #1'),
        y: notice('your turn'),
        a: text('Two '),
        b: text('done.'),
      });
    },
  },
  {
    name: 'fallback',
    alt: 'The first model fails before any content, so the second model answers.',
    play(m) {
      const pro$ = m.source('first model', '----#', {}, overloaded);
      const flash$ = m.source('second model', '---a---b---|', { a: 'Light ', b: 'is fast.' });
      m.code('fallback([pro$, flash$])');
      m.result('one reply', fallback([pro$, flash$])).toBe('----r--a---b---|', {
        r: notice('retrying', 'now'),
        a: text('Light '),
        b: text('is fast.'),
      });
    },
  },
  {
    name: 'hedge',
    alt: 'The first request is silent for 2 seconds, so a second one starts; the first content wins, and the other request is closed.',
    isTimed: true,
    play(m) {
      const a$ = m.source('request A', '9s a 1s b 1s |', { a: 'Slow ', b: 'answer.' });
      const b$ = m.source('request B', '1s a 999ms b 999ms |', { a: 'Light ', b: 'is fast.' });
      m.code('hedge([a$, b$], { after: 2_000 })');
      m.result('one reply', hedge([a$, b$], { after: 2_000 })).toBe('3s a 999ms b 999ms |', {
        a: text('Light '),
        b: text('is fast.'),
      });
    },
  },
  {
    name: 'protectReply',
    alt: 'A rate limit is waited out, the second request streams, and a cancel closes it and keeps the text.',
    isTimed: true,
    play(m) {
      const first$ = m.source('request 1', '300ms #', {}, busy);
      const second$ = m.source('request 2', '500ms a 399ms b 9s c', { a: 'Light ', b: 'is ' });
      const reply$ = inTurn(first$, second$);
      const button$ = m.input('stop button', '4s c', { c: 'click' }, value);
      m.code('protectReply({ retry: {}, cancel: { notifier: button$ } })');
      const result$ = reply$.pipe(protectReply({ retry: {}, cancel: { notifier: button$ } }));
      m.result('your reply', result$).toBe('300ms r 1999ms s 499ms a 399ms b 799ms (x|)', {
        r: notice('retrying', 'in 2 s'),
        s: notice('retrying', 'now'),
        a: text('Light '),
        b: text('is '),
        x: mark('cancelled'),
      });
    },
  },
  {
    name: 'resumeOnDrop',
    alt: 'A connection breaks in the middle of a reply: another request continues it, and the result is one reply.',
    play(m) {
      const reply$ = m.source('request 1', '--a--b--#', { a: 'Light ', b: 'is ' }, new TypeError('terminated'));
      const rest$ = m.source('request 2', '---a--b--f--|', { a: 'very ', b: 'fast.', f: finishChunk() });
      m.code('resumeOnDrop({ continueWith: () => rest$ })');
      m.result('one reply', reply$.pipe(resumeOnDrop({ continueWith: () => rest$ }))).toBe('--a--b--r--c--d--f--|', {
        a: text('Light '),
        b: text('is '),
        r: notice('retrying', 'now'),
        c: text('very ', 'resumed'),
        d: text('fast.'),
        f: finish('STOP'),
      });
    },
  },
  {
    name: 'retryTransient',
    alt: 'The first request fails with status 429: a notice reports the wait that the server asks for, and a second request follows.',
    isTimed: true,
    play(m) {
      const first$ = m.source('request 1', '300ms #', {}, busy);
      const second$ = m.source('request 2', '500ms a 299ms b 399ms |', { a: 'Light ', b: 'is fast.' });
      const reply$ = inTurn(first$, second$);
      m.code('retryTransient({ count: 3 })');
      m.result('one reply', reply$.pipe(retryTransient({ count: 3 }))).toBe(
        '300ms r 1999ms s 499ms a 299ms b 399ms |',
        {
          r: notice('retrying', 'in 2 s'),
          s: notice('retrying', 'now'),
          a: text('Light '),
          b: text('is fast.'),
        },
      );
    },
  },
  {
    name: 'stopWhen',
    alt: 'The text ends before the pattern, the last chunk is marked as stopped, and the request is closed.',
    play(m) {
      const reply$ = m.source('chunks', '--a---b---c---d---|', {
        a: 'Light ',
        b: 'is fast. ',
        c: 'User: hi',
        d: 'more',
      });
      m.code("stopWhen({ pattern: 'User:' })");
      m.result('the reply so far', reply$.pipe(stopWhen({ pattern: 'User:' }))).toBe('--a---b---(x|)', {
        a: text('Light '),
        b: text('is fast. '),
        x: mark('stopped'),
      });
    },
  },
  {
    name: 'takeUntilCancel',
    alt: 'A click closes the request; the reply completes with a mark, and keeps the text so far.',
    play(m) {
      const reply$ = m.source('chunks', '--a---b---c---d---|', { a: 'Light ', b: 'is ', c: 'very ', d: 'fast.' });
      const clicks$ = m.input('stop button', '--------x', { x: 'click' }, value);
      m.code('takeUntilCancel(clicks$)');
      m.result('the reply so far', reply$.pipe(takeUntilCancel(clicks$))).toBe('--a---b-(x|)', {
        a: text('Light '),
        b: text('is '),
        x: mark('cancelled'),
      });
    },
  },
  {
    name: 'timeoutReply',
    alt: 'The model is silent for 5 seconds after some content: the reply fails with the kind timeout, and the request is closed.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '2s a 999ms b 9s c', { a: 'Light ', b: 'is ', c: 'fast.' });
      m.code('timeoutReply({ first: 10_000, each: 5_000 })');
      const result$ = reply$.pipe(timeoutReply({ first: 10_000, each: 5_000 }));
      m.result('chunks', result$).toBe('2s a 999ms b 4999ms #', { a: text('Light '), b: text('is ') }, 'timeout');
    },
  },
];
