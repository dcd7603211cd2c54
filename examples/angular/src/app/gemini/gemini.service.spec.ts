import { TestBed } from '@angular/core/testing';
import { distinctUntilChanged, last, map, NEVER, type Observable } from 'rxjs';
import { GeminiError, type GeminiChunk } from 'rxjs-gemini';
import { chunk, finishChunk, marbles } from 'rxjs-gemini/testing';
import { describe, expect, it } from 'vitest';
import { Backend } from './backend';
import { GeminiService } from './gemini.service';

const question = { id: 'one', prompt: 'Hi', history: [] };

function serviceOver(reply$: Observable<GeminiChunk>): GeminiService {
  TestBed.configureTestingModule({ providers: [{ provide: Backend, useValue: { ask: () => reply$ } }] });
  return TestBed.inject(GeminiService);
}

const same = { assertDeepEqual: (actual: unknown, expected: unknown) => expect(actual).toEqual(expected) };

describe('GeminiService', () => {
  it(
    'gives the states of a reply, no more often than the page is drawn',
    marbles((m) => {
      m.animate('              9ms x 9ms x 9ms x 9ms x');
      const reply$ = m.reply('  -ab 17ms c 9ms (d|)', { a: 'Blue ', b: 'light ', c: 'scatters ', d: finishChunk() });
      const expected = '        w 18ms x 10ms (yz|)';
      const texts$ = serviceOver(reply$)
        .ask(question, NEVER)
        .pipe(
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
    'closes the request when it is told to stop, and keeps what has come',
    marbles((m) => {
      m.animate('              ---------x');
      const reply$ = m.reply('  -a---b---c', { a: 'Blue ', b: 'light ' });
      const stop$ = m.cold('    -------s', { s: 'You stopped it' });
      const subs = '            ^------!';
      const states$ = serviceOver(reply$)
        .ask(question, stop$)
        .pipe(map(({ status, reply: { text, cancelled } }) => ({ status, text, reason: cancelled?.reason })));
      const expected = '        w------(z|)';
      m.expectObservable(states$).toBe(expected, {
        w: { status: 'waiting', text: '', reason: undefined },
        z: { status: 'cancelled', text: 'Blue light ', reason: 'You stopped it' },
      });
      m.expectSubscriptions(reply$.subscriptions).toBe(subs);
    }, same),
  );

  it(
    'shows a failure as a state, and does not try again',
    marbles((m) => {
      const error = new GeminiError('The model is overloaded', { kind: 'overloaded' });
      m.animate('x');
      const reply$ = m.reply('-#', {}, error);
      const kinds$ = serviceOver(reply$)
        .ask(question, NEVER)
        .pipe(map((state) => state.error?.kind ?? state.status));
      m.expectObservable(kinds$).toBe('w(o|)', { w: 'waiting', o: 'overloaded' });
      m.expectSubscriptions(reply$.subscriptions).toBe('^!');
    }, same),
  );

  it(
    'gives up on a model that says nothing for a minute',
    marbles((m) => {
      m.animate('x');
      const reply$ = m.reply('-');
      const kinds$ = serviceOver(reply$)
        .ask(question, NEVER)
        .pipe(map((state) => state.error?.kind ?? state.status));
      m.expectObservable(kinds$).toBe('w 59999ms (t|)', { w: 'waiting', t: 'timeout' });
      m.expectSubscriptions(reply$.subscriptions).toBe('^ 59999ms !');
    }, same),
  );

  it(
    'tells how far and how fast the reply is',
    marbles((m) => {
      m.animate('              -----------x');
      const usageMetadata = { candidatesTokenCount: 30, totalTokenCount: 40 };
      const reply$ = m.reply('  ---a------b|', { a: chunk('Blue '), b: finishChunk('STOP', usageMetadata) });
      const measures$ = serviceOver(reply$)
        .ask(question, NEVER)
        .pipe(
          last(),
          map(({ progress, metrics }) => [progress?.percent, metrics?.timeToFirstText, metrics?.outputTokens]),
        );
      m.expectObservable(measures$).toBe('-----------(z|)', { z: [100, 3, 30] });
    }, same),
  );
});
