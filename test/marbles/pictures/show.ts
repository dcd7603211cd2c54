import { bufferChunks } from '../../../operators/show/bufferChunks.js';
import { toText } from '../../../operators/show/toText.js';
import { withProgress } from '../../../operators/show/withProgress.js';
import { finishChunk, thoughtChunk } from '../../../src/testing/chunks.js';
import { finish, notice, text } from '../looks.js';
import type { Picture } from '../stage.js';

export const showPictures: readonly Picture[] = [
  {
    name: 'bufferChunks',
    alt: 'Chunks that arrive within 50 ms of the first are merged into one.',
    isTimed: true,
    play(m) {
      const reply$ = m.source('the model', '   a 9ms b 9ms c 79ms d 9ms e 59ms |', {
        a: 'Sun', b: 'light ', c: 'is ', d: 'white', e: '.',
      });
      m.code('bufferChunks({ maxWait: 50 })');
      const expected = '                               50ms x 99ms y 19ms |';
      m.result('your view', reply$.pipe(bufferChunks({ maxWait: 50 }))).toBe(expected, {
        x: text('Sunlight is '), y: text('white.'),
      });
    },
  },
  {
    name: 'toText',
    alt: 'Emits the text of each chunk as a string, and leaves out chunks without text.',
    play(m) {
      const reply$ = m.source('chunks', '-t--a--b--f-|', { t: thoughtChunk('Hm.'), a: 'Hello, ', b: 'world', f: finishChunk() });
      m.code('toText()');
      m.result('strings', reply$.pipe(toText())).toBe('----a--b----|', { a: text('Hello, '), b: text('world') });
    },
  },
  {
    name: 'withProgress',
    alt: 'x',
    play(m) {
      const reply$ = m.source('chunks', '-a--b--c--f-|', { a: 'Hello, ', b: 'big ', c: 'world', f: finishChunk() });
      m.code('withProgress({ expectedTokens: 5 })');
      m.result('chunks with progress', reply$.pipe(withProgress({ expectedTokens: 5 }))).toBe('na--b--c--f-(x|)', {
        n: notice('0 %'), a: text('Hello, ', '40 %'), b: text('big ', '60 %'), c: text('world', '99 %'), f: finish('STOP', '99 %'), x: notice('100 %')
      });
    },
  },
];
