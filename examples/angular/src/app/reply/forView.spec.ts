import { distinctUntilChanged, last, map } from 'rxjs';
import { renderEvery, toReplyState } from 'rxjs-gemini';
import { chunk, finishChunk, marbles } from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';
import { forView } from './forView';

const same = { assertDeepEqual: (actual: unknown, expected: unknown) => expect(actual).toEqual(expected) };

describe('forView', () => {
  it(
    'gives the states of a reply, no more often than the page is drawn',
    marbles((m) => {
      m.animate('              9ms x 9ms x 9ms x 9ms x');
      const reply$ = m.reply('  -ab 17ms c 9ms (d|)', { a: 'Blue ', b: 'light ', c: 'scatters ', d: finishChunk() });
      const expected = '        w 18ms x 10ms (yz|)';
      const texts$ = forView(reply$).pipe(
        toReplyState(),
        renderEvery({ frame: true }),
        map(({ status, reply: { text } }) => `${status}: ${text}`),
        distinctUntilChanged(),
      );
      m.expectObservable(texts$).toBe(expected, {
        w: 'waiting: ',
        x: 'streaming: Blue ',
        y: 'streaming: Blue light scatters ',
        z: 'complete: Blue light scatters ',
      });
    }, same),
  );

  it(
    'gives up on a model that says nothing for a minute',
    marbles((m) => {
      m.animate('x');
      const reply$ = m.reply('-');
      const kinds$ = forView(reply$).pipe(
        toReplyState(),
        map((state) => state.error?.kind ?? state.status),
        distinctUntilChanged(),
      );
      m.expectObservable(kinds$).toBe('w 59999ms (t|)', { w: 'waiting', t: 'timeout' });
      m.expectSubscriptions(reply$.subscriptions).toBe('^ 59999ms !');
    }, same),
  );

  it(
    'measures how far and how fast the reply is, above the smoothing',
    marbles((m) => {
      m.animate('              -----------x');
      const usageMetadata = { candidatesTokenCount: 30, totalTokenCount: 40 };
      const reply$ = m.reply('  ---a------b|', { a: chunk('Blue '), b: finishChunk('STOP', usageMetadata) });
      const measures$ = forView(reply$).pipe(
        toReplyState(),
        last(),
        map(({ progress, metrics }) => [progress?.percent, metrics?.timeToFirstText, metrics?.outputTokens]),
      );
      m.expectObservable(measures$).toBe('-----------(z|)', { z: [100, 3, 30] });
    }, same),
  );
});
