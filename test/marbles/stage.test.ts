import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { describeScene } from './describeScene.js';
import { text, WireError } from './looks.js';
import { rowsOf } from './scene.js';
import { inTurn, playPicture, type Stage } from './stage.js';

const played = (play: (m: Stage) => void, isTimed = false) => playPicture({ name: 'any', alt: 'Any.', isTimed, play });

describe('playPicture', () => {
  it('writes down each subscription, its values and its end', () => {
    const scene = played((m) => {
      const failed$ = m.source('request 1', '-#', {}, new WireError({ code: 503 }));
      const reply$ = m.source('request 2', '-a-b-c-|');
      m.code('take(2)');
      m.result('result', reply$.pipe(take(2))).toBe('-a-(b|)', { a: text('a'), b: text('b') });
      m.result('failure', inTurn(failed$)).toBe('-#', {}, '503');
    });
    expect(scene.blocks.map((block) => (block.kind === 'row' ? block.label : block.lines))).toEqual([
      'request 1',
      'request 2',
      ['take(2)'],
      'result',
      'failure',
    ]);
    const values = [
      { frame: 1, look: text('a') },
      { frame: 3, look: text('b') },
    ];
    const [failed, source, result] = rowsOf(scene).map(({ strands }) => strands);
    expect(failed).toEqual([{ start: 0, values: [], ending: { frame: 1, how: 'error', label: '503' } }]);
    expect(source).toEqual([{ start: 0, values, ending: { frame: 3, how: 'closed' } }]);
    expect(result).toEqual([{ start: 0, values, ending: { frame: 3, how: 'complete' } }]);
  });

  it('fails if the result is not the expected one', () => {
    const wrongLook = (m: Stage) => m.result('r', m.source('s', '-a|')).toBe('-a|', { a: text('b') });
    const wrongTime = (m: Stage) => m.result('r', m.source('s', '-a|')).toBe('a|', { a: text('a') });
    const wrongError = (m: Stage) => m.result('r', m.source('s', '#', {}, new Error('x'))).toBe('#', {}, 'y');
    for (const wrong of [wrongLook, wrongTime, wrongError]) expect(() => played(wrong)).toThrow('Expected:');
  });

  it('has no random part in a wait, and leaves `Math.random` as it was', () => {
    const { random } = Math;
    let drawn: number | undefined;
    expect(() =>
      played(() => {
        drawn = Math.random();
        throw new Error('from the test');
      }),
    ).toThrow('from the test');
    expect(drawn).toBe(0);
    expect(Math.random).toBe(random);
  });

  it('subscribes once for the stages of a pipeline', () => {
    const scene = played((m) => {
      const stage$ = m.once(m.source('s', 'a-|'));
      m.result('first', stage$).toBe('a-|', { a: text('a') });
      m.result('second', stage$).toBe('a-|', { a: text('a') });
    });
    expect(rowsOf(scene).map(({ strands }) => strands.length)).toEqual([1, 1, 1]);
  });
});

describe('describeScene', () => {
  it('says the rows in words, with times if the picture is about time', () => {
    const play = (m: Stage) => {
      const reply$ = m.source('chunks', '-a-----b', { a: 'Hi' });
      m.code('one(\n  two,\n)');
      m.result('result', reply$, { during: '--^---!' }).toBe('---a', { a: text('Hi') });
    };
    expect(describeScene(played(play))).toBe(
      'chunks: subscribed, “Hi”, unsubscribed. Then one( two, ). result: subscribed, “Hi”, unsubscribed.',
    );
    expect(describeScene(played(play, true))).toContain('“Hi” at 3 ms, unsubscribed at 6 ms.');
  });
});
