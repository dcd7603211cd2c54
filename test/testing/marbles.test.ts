import { map, NEVER, type Observable } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { toText } from '../../operators/show/toText.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { GeminiError } from '../../src/errors/geminiError.js';
import { chunk, finishChunk } from '../../src/testing/chunks.js';
import { marbles, type MarbleHelpers } from '../../src/testing/marbles.js';

describe('marbles', () => {
  it(
    'makes replies of letters, of texts and of chunks',
    marbles((m) => {
      const values = { b: 'Hello', f: finishChunk() };
      const reply$ = m.reply('         -a-b--(f|)', values);
      const subs = '                   ^-----!';
      const expected = '               -a-b--(f|)';
      m.expectObservable(reply$).toBe(expected, { a: chunk('a'), b: chunk('Hello'), f: finishChunk() });
      m.expectSubscriptions(reply$.subscriptions).toBe(subs);
    }),
  );

  it(
    'makes replies that fail',
    marbles((m) => {
      const boom = new Error('boom');
      m.expectObservable(m.reply('-a-#', {}, boom).pipe(toText())).toBe('-a-#', undefined, boom);
    }),
  );

  it(
    'makes hot replies, which run whether they are subscribed or not',
    marbles((m) => {
      const reply$ = m.hotReply('--a-^-b-c-|');
      const late = '                  ---^---';
      m.expectObservable(reply$.pipe(toText()), late).toBe('----c-|');
      m.expectSubscriptions(reply$.subscriptions).toBe(['---^--!']);
    }),
  );

  it(
    "has the helpers of rxjs's run",
    marbles((m) => {
      expect(m.time('---|')).toBe(3);
      m.expectObservable(m.cold('-a|')).toBe('-a|');
    }),
  );

  it('runs the test when it is called, not before', () => {
    const test = vi.fn();
    const run = marbles(test);
    expect(test).not.toHaveBeenCalled();
    run();
    expect(test).toHaveBeenCalledOnce();
  });

  it('compares with `assertDeepEqual`', () => {
    const assertDeepEqual = vi.fn();
    marbles((m) => m.expectObservable(m.reply('a|')).toBe('-'), { assertDeepEqual })();
    expect(assertDeepEqual.mock.calls).toStrictEqual([[[expect.anything(), expect.anything()], []]]);
  });

  it('is typed', () => {
    expectTypeOf<MarbleHelpers['reply']>().returns.toExtend<Observable<GeminiChunk>>();
    expectTypeOf(marbles).returns.toEqualTypeOf<() => void>();
  });
});

describe('the comparison of marbles', () => {
  const failedWith = (text: string) => new GeminiError('It broke', { kind: 'truncated', partial: chunk(text) });
  const failureOf = (test: (m: MarbleHelpers) => void): string => {
    try {
      marbles(test)();
    } catch (cause) {
      return (cause as Error).message;
    }
    return 'passed';
  };

  it('lists the expected and the actual frames, and marks the first difference', () => {
    const message = failureOf((m) => {
      m.expectObservable(m.reply('-a-b|').pipe(toText())).toBe('-a-c#', undefined, new TypeError('boom'));
    });
    expect(message).toBe(
      [
        'Expected:',
        '  1 ms: "a"',
        '> 3 ms: "c"',
        '  4 ms: fails with TypeError: boom',
        '  (no more)',
        'but got:',
        '  1 ms: "a"',
        '> 3 ms: "b"',
        '  4 ms: completes',
        '  (no more)',
      ].join('\n'),
    );
  });

  it('marks the end if a frame is missing', () => {
    const message = failureOf((m) => m.expectObservable(m.reply('-a').pipe(toText())).toBe('-a|'));
    expect(message).toBe('Expected:\n  1 ms: "a"\n> 2 ms: completes\n  (no more)\nbut got:\n  1 ms: "a"\n> (no more)');
  });

  it('lists subscriptions', () => {
    const message = failureOf((m) => {
      const reply$ = m.reply('-a|');
      m.expectObservable(reply$);
      m.expectSubscriptions(reply$.subscriptions).toBe('^-!');
      m.expectSubscriptions(reply$.subscriptions).toBe('^--!');
    });
    expect(message).toContain('> subscribed at 0 ms, unsubscribed at 3 ms');
    expect(message).toContain('> subscribed at 0 ms, unsubscribed at 2 ms');
  });

  it.each<[string, unknown, unknown]>([
    ['a value', { a: 1 }, { a: 2 }],
    ['a field', { a: 1 }, { a: 1, b: 1 }],
    ["a field's name", { a: undefined }, { b: undefined }],
    ['a list', [1], [1, 2]],
    ['a list and an object', [1], { 0: 1 }],
    ['a type', 1, '1'],
    ['null', null, {}],
    ['an error', new Error('a'), new Error('b')],
    ["an error's name", new Error('a'), new TypeError('a')],
    ["an error's field", Object.assign(new Error('a'), { kind: 'x' }), Object.assign(new Error('a'), { kind: 'y' })],
    ["an error's partial", failedWith('a'), failedWith('b')],
    ['an error and data', new Error('a'), {}],
  ])('notices a difference in %s', (_, a, b) => {
    const emits = (value: unknown) => (m: MarbleHelpers) =>
      m.expectObservable(m.cold('a').pipe(map(() => value))).toBe('a', { a: b });
    expect(failureOf(emits(a))).toContain('Expected:');
    expect(failureOf(emits(b))).toBe('passed');
  });

  it('notices a frame that never comes', () => {
    expect(failureOf((m) => m.expectObservable(NEVER).toBe('a'))).toContain('> (no more)');
  });
});
