import { getEventListeners } from 'node:events';
import type { mcpToTool } from '@google/genai';
import { concat, EMPTY, NEVER, Observable, of, Subject, take, throwError, timer, map } from 'rxjs';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { answerCalls, type AnswerCallsOptions } from '../../src/chat/answerCalls.js';
import type { CallableTools, ChatTool, ChatTools } from '../../src/chat/chatTools.js';
import type { LiveInput } from '../../src/live/liveInput.js';
import type { LiveFunctionCall, LiveMessage } from '../../src/live/liveMessage.js';
import { marbles } from '../support/marbles.js';

const tool = (run: ChatTool['run'], timeout?: number): ChatTool => ({ declaration: {}, run, timeout });
const calls = (...functionCalls: LiveFunctionCall[]): LiveMessage => ({ toolCall: { functionCalls } });
const cancels = (...ids: string[]): LiveMessage => ({ toolCallCancellation: { ids } });
const answer = (response: object, id = '1', name = 'f'): LiveInput => ({
  toolResponse: { functionResponses: [{ id, name, response: { ...response } }] },
});
const call = { id: '1', name: 'f', args: { a: 1 } };

/** The answers so far, and the end. */
function answersTo(messages$: Observable<LiveMessage>, tools: ChatTools, options?: AnswerCallsOptions) {
  const answers: unknown[] = [];
  const subscription = messages$.pipe(answerCalls(tools, options)).subscribe({
    next: (input) => answers.push(input),
    error: (cause: unknown) => answers.push(cause),
    complete: () => answers.push('ends'),
  });
  return { answers, subscription };
}

/** A set of functions; `run` answers each. */
function setOf(names: string[], run = (args: object): object => args) {
  const tool = vi.fn(() => Promise.resolve({ functionDeclarations: names.map((name) => ({ name })) }));
  const callTool: CallableTools['callTool'] = (list) =>
    Promise.resolve(list.map(({ name, args }) => ({ functionResponse: { name, response: { ...run(args) } } })));
  return { tool, callTool } satisfies CallableTools;
}

describe('answerCalls', () => {
  it("answers a call with the tool's result, under its id and name", () => {
    const seen: unknown[] = [];
    const f = tool((args, context) => {
      seen.push(args, context.call);
      return { sum: 3 };
    });
    expect(answersTo(of({ setupComplete: {} }, calls(call)), { f }).answers).toEqual([answer({ sum: 3 }), 'ends']);
    expect(seen).toEqual([{ a: 1 }, call]);
  });

  it('answers nothing else', () => {
    expect(answersTo(EMPTY, {}).answers).toEqual(['ends']);
    expect(answersTo(NEVER, {}).answers).toEqual([]);
    expect(answersTo(of({ serverContent: { turnComplete: true } }, calls()), {}).answers).toEqual(['ends']);
  });

  it(
    'runs the calls of a message at once, and answers each as soon as it is ready',
    marbles((m) => {
      const f = tool(({ ms }) => timer(Number(ms)).pipe(map(() => ms)));
      const list = [
        { id: '1', name: 'f', args: { ms: 4 } },
        { id: '2', name: 'f', args: { ms: 2 } },
      ];
      const messages = m.hot('-a----|', { a: calls(...list) });
      const expected = '      ---b-a|';
      const result = messages.pipe(answerCalls({ f }));
      m.expectObservable(result).toBe(expected, { a: answer({ output: 4 }, '1'), b: answer({ output: 2 }, '2') });
      m.expectSubscriptions(messages.subscriptions).toBe('^-----!');
    }),
  );

  it(
    'waits for open calls at completion, and aborts them at an error',
    marbles((m) => {
      const f = tool(() => m.cold('--a--b|'));
      const result = (messages: string) => m.hot(messages, { a: calls(call) }).pipe(answerCalls({ f }));
      m.expectObservable(result('-a-|')).toBe('-------(b|)', { b: answer({ output: 'b' }) });
      m.expectObservable(result('-a-#')).toBe('---#');
    }),
  );

  it(
    'leaves a call that the model cancels: it is not answered',
    marbles((m) => {
      const run = m.cold('----b|');
      const f = tool(() => run);
      const messages = m.hot('-a-b-c--|', { a: calls(call), b: cancels('1', 'other'), c: calls({ ...call, id: '2' }) });
      m.expectObservable(messages.pipe(answerCalls({ f }))).toBe('----------(b|)', {
        b: answer({ output: 'b' }, '2'),
      });
      m.expectSubscriptions(run.subscriptions).toBe(['-^-!', '-----^----!']);
    }),
  );

  it('aborts the signals of cancelled calls, and of all calls when it is unsubscribed', () => {
    const signals: AbortSignal[] = [];
    const f = tool((_, { signal }) => {
      signals.push(signal);
      return NEVER;
    });
    const messages$ = new Subject<LiveMessage>();
    const { answers, subscription } = answersTo(messages$, { f });
    messages$.next(calls(call, { ...call, id: '2' }, { ...call, id: '3' }));
    messages$.next(cancels('2'));
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false]);
    subscription.unsubscribe();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
    expect([answers, messages$.observed]).toEqual([[], false]);
  });

  it('runs no further call of a message once the result was left', () => {
    const g = vi.fn(() => 2);
    const list = calls(call, { id: '2', name: 'g' });
    const answers: LiveInput[] = [];
    of(list)
      .pipe(answerCalls({ f: tool(() => of(1)), g: tool(g) }), take(1))
      .subscribe((input) => answers.push(input));
    expect(answers).toHaveLength(1);
    expect(g).not.toHaveBeenCalled();
  });

  it('does not answer a call that is cancelled while its tool starts', () => {
    const messages$ = new Subject<LiveMessage>();
    const { answers } = answersTo(messages$, { f: tool(() => messages$.next(cancels('1'))) });
    messages$.next(calls(call));
    messages$.complete();
    expect(answers).toEqual(['ends']);
  });

  it('does not answer a promise that was cancelled', async () => {
    const messages$ = new Subject<LiveMessage>();
    const { answers } = answersTo(messages$, { f: tool(() => Promise.resolve(1)) });
    messages$.next(calls(call));
    messages$.next(cancels('1'));
    messages$.complete();
    await new Promise((resolve) => setTimeout(resolve));
    expect(answers).toEqual(['ends']);
  });

  it('answers with the error of a tool that fails, and with that of a call of an unknown function', () => {
    const f = tool(() => throwError(() => new Error('No weather.')));
    const g = tool(() => {
      throw new Error('No g.');
    });
    const list = [call, { id: '2', name: 'g' }, { id: '3', name: 'constructor' }, { id: '4' }];
    expect(answersTo(of(calls(...list)), { f, g }).answers).toEqual([
      answer({ error: 'No weather.' }),
      answer({ error: 'No g.' }, '2', 'g'),
      answer({ error: "There is no function 'constructor'." }, '3', 'constructor'),
      answer({ error: "There is no function ''." }, '4', ''),
      'ends',
    ]);
  });

  it(
    'answers with an error after the time limit of a tool',
    marbles((m) => {
      const messages = m.hot('a', { a: calls(call) });
      m.expectObservable(messages.pipe(answerCalls({ f: tool(() => NEVER, 5) }))).toBe('-----a', {
        a: answer({ error: 'The function gave no result within 5 ms.' }),
      });
    }),
  );

  it('sends the last value of an Observable, and not its progress', () => {
    expect(answersTo(of(calls(call)), { f: tool(() => of({ n: 1 }, { n: 2 })) }).answers).toEqual([
      answer({ n: 2 }),
      'ends',
    ]);
  });

  it('runs a call once whose id comes again, also after its answer and after a cancellation', () => {
    const run = vi.fn(() => 1);
    const again = concat(of(calls(call, call), calls(call)), of(cancels('1'), calls(call)));
    expect(answersTo(again, { f: tool(run) }).answers).toEqual([answer({ output: 1 }), 'ends']);
    expect(run).toHaveBeenCalledOnce();
  });

  it('runs calls without ids each time, and holds the newest 1,000 ids', () => {
    const run = vi.fn(() => 1);
    answersTo(of(calls({ name: 'f' }), calls({ name: 'f' })), { f: tool(run) });
    expect(run).toHaveBeenCalledTimes(2);
    run.mockClear();
    const many = Array.from({ length: 1_001 }, (_, id) => calls({ id: String(id), name: 'f' }));
    answersTo(of(...many, calls({ id: '1', name: 'f' }), calls({ id: '0', name: 'f' })), { f: tool(run) });
    expect(run).toHaveBeenCalledTimes(1_002);
  });

  it('continues open calls on another connection', () => {
    const result$ = new Subject<string>();
    const messages$ = new Subject<LiveMessage>();
    const { answers } = answersTo(messages$, { f: tool(() => result$) });
    messages$.next(calls(call));
    messages$.next({ setupComplete: {}, resumed: { attempt: 1, dropped: 0, kind: 'network' } });
    result$.next('late');
    result$.complete();
    expect(answers).toEqual([answer({ output: 'late' })]);
  });

  it('runs a call only if `approve` allows it', () => {
    const approve = vi.fn(({ name }: { name: string }) => of(name === 'g'));
    const tools = { f: tool(() => 1), g: tool(() => 2) };
    expect(answersTo(of(calls(call, { id: '2', name: 'g' })), tools, { approve }).answers).toEqual([
      answer({ error: 'The user denied this call.' }),
      answer({ output: 2 }, '2', 'g'),
      'ends',
    ]);
  });

  it('runs functions of sets, which it asks for their names once for calls that come together', async () => {
    const set = setOf(['f', 'g'], (args) => ({ got: args }));
    const list = [call, { id: '2', name: 'g', args: {} }, { id: '3', name: 'h', args: {} }];
    const { answers } = answersTo(of(calls(...list)), { set });
    await vi.waitFor(() => expect(answers).toContain('ends'));
    expect(answers).toHaveLength(4);
    expect(answers).toContainEqual(answer({ got: { a: 1 } }));
    expect(answers).toContainEqual(answer({ got: {} }, '2', 'g'));
    expect(answers).toContainEqual(answer({ error: "There is no function 'h'." }, '3', 'h'));
    expect(set.tool).toHaveBeenCalledOnce();
  });

  it('answers with the failure of a set that does not declare its functions, and asks again at the next call', async () => {
    const set = setOf(['f']);
    set.tool.mockRejectedValueOnce(new Error('No MCP.'));
    const messages$ = new Subject<LiveMessage>();
    const { answers } = answersTo(messages$, { set });
    messages$.next(calls(call));
    await vi.waitFor(() => expect(answers).toEqual([answer({ error: 'No MCP.' })]));
    messages$.next(calls({ ...call, id: '2' }));
    await vi.waitFor(() => expect(answers[1]).toEqual(answer({ a: 1 }, '2')));
  });

  it('has a registry for each subscriber, and stops a synchronous flood', () => {
    const run = vi.fn(() => 1);
    const messages$ = new Observable<LiveMessage>((subscriber) => {
      for (let id = 0; !subscriber.closed && id < 100; id++) subscriber.next(calls({ id: String(id), name: 'f' }));
    });
    const result$ = messages$.pipe(answerCalls({ f: tool(run) }), take(2));
    result$.subscribe();
    result$.subscribe();
    expect(run).toHaveBeenCalledTimes(4);
  });

  it('checks its arguments at the call', () => {
    expect(() => answerCalls(3 as never)).toThrow('Expected `tools` to be an object of tools by their names, got 3');
    expect(() => answerCalls({ f: { run: 3 } as never })).toThrow('Expected `tools.f.declaration`');
    expect(() => answerCalls({}, { approve: 3 as never })).toThrow('Expected `approve` to be a function, got 3');
    expect(() => answerCalls({}, null as never)).toThrow('Expected `options` to be an object, got null');
  });

  it('accepts the sets of the SDK', () => {
    expectTypeOf(answerCalls).toBeCallableWith({ docs: {} as ReturnType<typeof mcpToTool> });
    expectTypeOf(of(calls()).pipe(answerCalls({}))).toEqualTypeOf<Observable<LiveInput>>();
  });
});
