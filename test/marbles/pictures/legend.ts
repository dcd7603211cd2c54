import { callChunk, chunk, finishChunk } from '../../../src/testing/chunks.js';
import { text, WireError } from '../looks.js';
import type { Picture } from '../stage.js';

/** The signs of the other pictures. */
export const legendPicture: Picture = {
  name: 'legend',
  alt: 'The signs: text, another value, the finish of the model, completion, a notice, a mark, a failure, an unsubscription.',
  play(m) {
    const values = {
      a: chunk('text'),
      b: chunk('text, and'),
      c: callChunk('call'),
      f: finishChunk(),
      n: { ...chunk(''), retrying: { attempt: 1, delay: 1000, kind: 'rate_limit' as const } },
      x: { ...chunk(''), cancelled: { reason: 'cancelled' } },
    };
    const whole$ = m.source('text, another value, the finish of the model, completion', '--a---c---f---|', values);
    m.expectObservable(whole$).toBe('--a---c---f---|', values);
    const marked$ = m.source('a notice; then, at one moment, a text and a mark', '--n---(bx|)', values);
    m.expectObservable(marked$).toBe('--n---(bx|)', values);
    const busy = new WireError({ code: 503 });
    const failed$ = m.source('a failure', '--a---#', values, busy);
    m.expectObservable(failed$).toBe('--a---#', values, busy);
    const request$ = m.source('a request that is closed, because its reader unsubscribes', '--a-----------b', values);
    m.result('this reader', request$, { during: '^-----!' }).toBe('--a', { a: text('text') });
    const late$ = m.source('a later subscription, still open at the end of the picture', '----a', values);
    m.expectObservable(late$, '--^').toBe('------a', values);
  },
};
