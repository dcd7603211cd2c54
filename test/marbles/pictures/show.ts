import { map } from 'rxjs';
import { accumulate } from '../../../operators/show/accumulate.js';
import { bufferChunks } from '../../../operators/show/bufferChunks.js';
import { closeMarkdown } from '../../../operators/show/closeMarkdown.js';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { renderEvery } from '../../../operators/show/renderEvery.js';
import { smoothText } from '../../../operators/show/smoothText.js';
import { toEvents, type ReplyEvent } from '../../../operators/show/toEvents.js';
import { toParts } from '../../../operators/show/toParts.js';
import { toReplyState, type ReplyState } from '../../../operators/show/toReplyState.js';
import { toText } from '../../../operators/show/toText.js';
import { withProgress } from '../../../operators/show/withProgress.js';
import type { ReplyPart } from '../../../src/chunk/replyPart.js';
import { callChunk, finishChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { finish, notice, text, value, WireError } from '../looks.js';
import type { Look } from '../scene.js';
import type { Picture } from '../stage.js';

/** Pictures of the operators that prepare a reply for a view. */
export const showPictures: readonly Picture[] = [
  {
    name: 'accumulate',
    alt: 'Emits the whole reply so far at each chunk.',
    play(m) {
      const reply$ = m.source('chunks', '  -a---b---c---|', { a: 'Light ', b: 'is ', c: 'fast.' });
      m.code('accumulate()');
      const expected = '                   -x---y---z---|';
      m.result('the reply so far', reply$.pipe(accumulate())).toBe(expected, {
        x: text('Light '),
        y: text('Light is '),
        z: text('Light is fast.'),
      });
    },
  },
  {
    name: 'bufferChunks',
    alt: 'Chunks that arrive within 50 ms of the first one are merged into one chunk.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '10ms a 9ms b 9ms c 79ms d 9ms e 59ms |', {
        a: 'Sun',
        b: 'light ',
        c: 'is ',
        d: 'white',
        e: '.',
      });
      m.code('bufferChunks({ maxWait: 50 })');
      const expected = '                 60ms       x        99ms y      19ms |';
      m.result('fewer, larger chunks', reply$.pipe(bufferChunks({ maxWait: 50 }))).toBe(expected, {
        x: text('Sunlight is '),
        y: text('white.'),
      });
    },
  },
  {
    name: 'closeMarkdown',
    alt: 'The Markdown of a text that still grows is closed at each rendering: the view never shows raw marks.',
    play(m) {
      const reply$ = m.source('chunks', '-a----b----c----|', { a: 'Use **fl', b: 'ex** and ', c: '`gap`' });
      m.code('accumulate()');
      const snapshots$ = m.once(reply$.pipe(accumulate()));
      m.result('reply.text', snapshots$).toBe('-x----y----z----|', {
        x: text('Use **fl'),
        y: text('Use **flex** and '),
        z: text('Use **flex** and `gap`'),
      });
      m.code('map((reply) => closeMarkdown(reply.text))');
      const shown$ = snapshots$.pipe(map((reply) => closeMarkdown(reply.text)));
      m.result('Markdown for the view', shown$).toBe('-x----y----z----|', {
        x: text('Use **fl**'),
        y: text('Use **flex** and '),
        z: text('Use **flex** and `gap`'),
      });
    },
  },
  {
    name: 'finalResponse',
    alt: 'Emits the whole reply once, at its completion.',
    play(m) {
      const reply$ = m.source('chunks', '-a---b---c---f---|', {
        a: 'Light ',
        b: 'is ',
        c: 'fast.',
        f: finishChunk(),
      });
      m.code('finalResponse()');
      m.result('the whole reply', reply$.pipe(finalResponse())).toBe('-----------------(x|)', {
        x: text('Light is fast.', 'STOP'),
      });
    },
  },
  {
    name: 'renderEvery',
    alt: 'The newest snapshot is emitted at most once per 50 ms, and always the last one; those between are dropped.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '10ms a 29ms b 9ms c 59ms d 19ms |', {
        a: 'Light ',
        b: 'is ',
        c: 'very ',
        d: 'fast.',
      });
      m.code('accumulate(), renderEvery({ interval: 50 })');
      const expected = '                 10ms a 49ms x 49ms y 19ms |';
      m.result('the view renders', reply$.pipe(accumulate(), renderEvery({ interval: 50 }))).toBe(expected, {
        a: text('Light '),
        x: text('Light is very '),
        y: text('Light is very fast.'),
      });
    },
  },
  {
    name: 'smoothText',
    alt: 'Bursts of text are emitted word by word, as an even flow at the pace of the model.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('chunks', '10ms a 199ms b 199ms c 199ms |', {
        a: 'One two ',
        b: 'three four ',
        c: 'five six ',
      });
      m.code('smoothText()');
      m.result('an even flow', reply$.pipe(smoothText())).toBe('10ms a 223ms b 143ms c 79ms d 95ms e 55ms (f|)', {
        a: text('One '),
        b: text('two '),
        c: text('three '),
        d: text('four '),
        e: text('five '),
        f: text('six '),
      });
    },
  },
  {
    name: 'toEvents',
    alt: 'Each chunk is an event, and so is the outcome: a failure is the last event, not an error.',
    play(m) {
      const reply$ = m.source('chunks', '--a---b---#', { a: 'Light ', b: 'is ' }, new WireError({ code: 503 }));
      m.code('toEvents()');
      m.result('events', reply$.pipe(toEvents()), { show: lookOfEvent }).toBe('--a---b---(x|)', {
        a: value('chunk', '“Light ”'),
        b: value('chunk', '“is ”'),
        x: value('failed', 'overloaded'),
      });
    },
  },
  {
    name: 'toParts',
    alt: 'Emits each part of the reply once, as soon as it is whole, and at the end the finish.',
    play(m) {
      const reply$ = m.source('chunks', '-t---a---b---c---f---|', {
        t: thoughtChunk('Which city?'),
        a: 'Let me ',
        b: 'look.',
        c: callChunk('getWeather', { city: 'Oslo' }),
        f: finishChunk(),
      });
      m.code('toParts()');
      m.result('parts', reply$.pipe(toParts()), { show: lookOfPart }).toBe('-----t-------(xc)----(f|)', {
        t: value('thought'),
        x: text('Let me look.'),
        c: value('getWeather()'),
        f: finish('finish', 'STOP'),
      });
    },
  },
  {
    name: 'toReplyState',
    alt: 'The state of a reply for a view: waiting, streaming, then the outcome; a failure is a state, not an error.',
    play(m) {
      const reply$ = m.source('chunks', '----a---b---|', { a: 'Light ', b: 'is fast.' });
      m.code('toReplyState()');
      m.result('states', reply$.pipe(toReplyState()), { show: lookOfState }).toBe('w---a---b---(c|)', {
        w: value('waiting'),
        a: value('streaming', '“Light ”'),
        b: value('streaming', '“Light is fast.”'),
        c: value('complete', '“Light is fast.”'),
      });
    },
  },
  {
    name: 'toText',
    alt: 'Emits the answer text of each chunk as a string, and nothing for chunks without answer text.',
    play(m) {
      const reply$ = m.source('chunks', '-t---a---b---f---|', {
        t: thoughtChunk('Hm.'),
        a: 'Light is ',
        b: 'fast.',
        f: finishChunk(),
      });
      m.code('toText()');
      m.result('strings', reply$.pipe(toText())).toBe('-----a---b-------|', {
        a: text('Light is '),
        b: text('fast.'),
      });
    },
  },
  {
    name: 'withProgress',
    alt: 'Each chunk gets the progress of the reply; a notice comes first, and another one at the end.',
    play(m) {
      const reply$ = m.source('chunks', '---a---b---c---f---|', {
        a: 'Light is ',
        b: 'very very ',
        c: 'fast.',
        f: finishChunk(),
      });
      m.code('withProgress({ expectedTokens: 8 })');
      const result$ = reply$.pipe(withProgress({ expectedTokens: 8 }));
      m.result('chunks with progress', result$).toBe('n--a---b---c---f---(x|)', {
        n: notice('0 %'),
        a: text('Light is ', '37 %'),
        b: text('very very ', '62 %'),
        c: text('fast.', '75 %'),
        f: finish('STOP', '75 %'),
        x: notice('100 %'),
      });
    },
  },
];

function lookOfEvent(event: ReplyEvent): Look {
  if (event.type === 'chunk') return value('chunk', `“${event.chunk.text}”`);
  return value(event.type, event.type === 'failed' ? event.error.kind : `“${event.response.text}”`);
}

function lookOfPart(part: ReplyPart): Look {
  switch (part.type) {
    case 'text':
      return text(part.text);
    case 'functionCall':
      return value(`${part.functionCall.name}()`);
    case 'finish':
      return finish('finish', part.finishReason);
    default:
      return value(part.type);
  }
}

function lookOfState({ status, reply }: ReplyState): Look {
  return reply.text === '' ? value(status) : value(status, `“${reply.text}”`);
}
