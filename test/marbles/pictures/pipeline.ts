import { protectReply } from '../../../operators/protect/protectReply.js';
import { accumulate } from '../../../operators/show/accumulate.js';
import { bufferChunks } from '../../../operators/show/bufferChunks.js';
import { renderEvery } from '../../../operators/show/renderEvery.js';
import { withProgress } from '../../../operators/show/withProgress.js';
import type { WithProgress } from '../../../src/chunk/annotations.js';
import type { ReplyAnnotations } from '../../../src/chunk/replyAnnotations.js';
import { finishChunk } from '../../../src/testing/chunks.js';
import { finish, notice, screen, text, WireError } from '../looks.js';
import type { Look } from '../scene.js';
import { inTurn, type Picture } from '../stage.js';

/** The fields of a snapshot that the view shows. */
type ShownReply = WithProgress & Pick<ReplyAnnotations, 'retrying'> & { readonly text: string };

/** The picture at the top of the README. */
export const pipelinePicture: Picture = {
  name: 'pipeline',
  alt: 'The wire brings a 429, then uneven chunks with a gap; the pipeline waits, tries again, merges the chunks, and the view shows text and progress.',
  isTimed: true,
  width: 760,
  play(m) {
    const busy = new WireError({ code: 429, retryDelay: 1000 });
    const first$ = m.source('the wire: request 1', '300ms #', {}, busy);
    const second$ = m.source('the wire: request 2', '300ms a 99ms b 99ms c 799ms d 99ms e 299ms (f|)', {
      a: 'Sun',
      b: 'light ',
      c: 'is ',
      d: 'whi',
      e: 'te.',
      f: finishChunk(),
    });
    const reply$ = inTurn(first$, second$);
    m.code('protectReply({ retry: {} }),\nwithProgress({ expectedTokens: 8 }),\nbufferChunks({ maxWait: 300 }),');
    const chunks$ = m.once(
      reply$.pipe(protectReply({ retry: {} }), withProgress({ expectedTokens: 8 }), bufferChunks({ maxWait: 300 })),
    );
    m.result('your chunks', chunks$).toBe('n 299ms r 999ms s 599ms x 999ms y 99ms (z|)', {
      n: notice('0 %'),
      r: notice('retrying', 'in 1 s'),
      s: notice('retrying', 'now'),
      x: text('Sunlight is ', '37 %'),
      y: text('white.', '62 %'),
      z: finish('STOP', '100 %'),
    });
    m.code('accumulate()');
    const seen$ = chunks$.pipe(accumulate(), renderEvery({ interval: 1000 }));
    m.result('your view, seen once a second', seen$, { show: lookOfView }).toBe('a 999ms b 999ms c 999ms (d|)', {
      a: screen('Waiting …', '0 %'),
      b: screen('Busy. Trying again …', '0 %'),
      c: screen('Sunlight is ', '37 %'),
      d: screen('Sunlight is white.', '100 %'),
    });
  },
};

function lookOfView({ text: shown, progress, retrying }: ShownReply): Look {
  return screen(shown || (retrying ? 'Busy. Trying again …' : 'Waiting …'), `${progress.percent} %`);
}
