import {
  concatMap,
  EMPTY,
  map,
  merge,
  mergeAll,
  mergeMap,
  NEVER,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  timer,
  type Observable,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toText } from '../../../operators/show/toText.js';
import { answerCalls } from '../../../src/chat/answerCalls.js';
import type { GeminiError } from '../../../src/errors/geminiError.js';
import type { LiveScripts } from '../../../src/live/script/liveScript.js';
import type { LiveInput } from '../../../src/live/liveInput.js';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { fromLive, type FromLiveOptions } from '../../../src/sources/live/fromLive.js';
import { toTurns } from '../../../src/sources/live/toTurns.js';
import { fakeGemini } from '../../../src/testing/fakeGemini.js';

const params = { model: 'gemini-live', config: { responseModalities: ['TEXT'] } };
/** The parameters with which a stub is called. */
interface StubParams {
  readonly callbacks: {
    onmessage(message: object): void;
    onclose(event: object): void;
  };
}

const session = { sendRealtimeInput() {}, sendClientContent() {}, sendToolResponse() {}, close() {} };
const ask = (turns: string): LiveInput => ({ clientContent: { turns } });

/** Runs in virtual time, and returns each value and the end with its time. */
function play<T>(make: (ai: ReturnType<typeof fakeGemini>) => Observable<T>, live: LiveScripts) {
  const ai = fakeGemini([], { live });
  const log: (readonly [at: number, what: unknown])[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ flush }) => {
    make(ai).subscribe({
      next: (value) => log.push([scheduler.frame, value]),
      error: (error: unknown) => log.push([scheduler.frame, (error as GeminiError).kind]),
      complete: () => log.push([scheduler.frame, 'complete']),
    });
    flush();
  });
  return { log, connections: ai.live.connections };
}

describe('fromLive in virtual time', () => {
  it('plays a turn as a reply, and closes the session after it', () => {
    const { log, connections } = play(
      (ai) => fromLive(ai, params, of(ask('Hi'))).pipe(toTurns(), take(1), mergeAll(), toText()),
      { reply: ['Hello ', 'there'], setupDelay: 100, firstDelay: 200, pace: 50 },
    );
    expect(log.map(([, what]) => what)).toEqual(['Hello ', 'there', 'complete']);
    expect(log.map(([at]) => at)).toEqual([300, 350, 350]);
    expect(connections[0]).toMatchObject({ closedBy: 'client', inputs: [{ clientContent: {} }] });
  });

  it('fails after `connectTimeout`, and closes the connection that hangs', () => {
    const options: FromLiveOptions = { connectTimeout: 500 };
    const { log, connections } = play((ai) => fromLive(ai, params, NEVER, options), { setup: false });
    expect(log).toEqual([[500, 'timeout']]);
    expect(connections[0]?.closedBy).toBe('client');
  });

  it('hands over before the time of the server is up, and keeps the input', () => {
    const { log, connections } = play(
      (ai) => {
        const input$ = timer(0, 100).pipe(map((index) => ask(String(index))));
        return fromLive(ai, params, input$).pipe(
          mergeMap(({ resumed }) => (resumed ? of(resumed.attempt) : EMPTY)),
          takeUntil(timer(1_050)),
        );
      },
      [{ goAway: { after: 250, timeLeft: 10_000 } }, {}],
    );
    expect(log.map(([, what]) => what)).toEqual([1, 'complete']);
    const texts = connections.flatMap(({ inputs }) => inputs.map(({ clientContent }) => clientContent?.turns));
    expect(texts).toHaveLength(11);
    expect(new Set(texts).size).toBe(11);
    expect(connections.map(({ inputs }) => inputs.length > 0)).toEqual([true, true]);
  });

  it('is left by barge-in at once: `switchMap` unsubscribes the player at the interruption', () => {
    const played: string[] = [];
    play(
      (ai) => {
        const input$ = merge(of(ask('Count')), timer(220).pipe(map(() => ask('Stop'))));
        // A player that needs longer for a piece than the model does.
        const play$ = (turn$: Observable<{ readonly text: string }>) =>
          turn$.pipe(concatMap(({ text }) => timer(100).pipe(map(() => played.push(text)))));
        return fromLive(ai, params, input$).pipe(toTurns(), switchMap(play$), take(30));
      },
      [
        {
          reply: (_, { turn }) => (turn === 0 ? { steps: ['1', '2', '3', '4', '5', '6', '7', '8'], pace: 10 } : 'ok'),
          interruptedBy: ['clientContent'],
          firstDelay: 0,
        },
      ],
    );
    // All eight pieces had arrived by then.
    expect(played.slice(0, 2)).toEqual(['1', '2']);
    expect(played).not.toContain('3');
    expect(played).toContain('ok');
  });

  it('runs tools by the function form, in one session', () => {
    const tools = { time: { declaration: {}, run: () => timer(30).pipe(map(() => ({ now: 'noon' }))) } };
    const { log, connections } = play(
      (ai) =>
        fromLive(ai, params, (messages$) => merge(of(ask('When?')), messages$.pipe(answerCalls(tools)))).pipe(
          toTurns(),
          take(1),
          mergeAll(),
          toText(),
        ),
      { reply: [{ toolCall: { functionCalls: [{ id: '1', name: 'time', args: {} }] } }, 'At noon.'] },
    );
    expect(log.map(([, what]) => what)).toEqual(['At noon.', 'complete']);
    expect(connections).toHaveLength(1);
    expect(connections[0]?.inputs[1]).toEqual({
      toolResponse: { functionResponses: [{ id: '1', name: 'time', response: { now: 'noon' } }] },
    });
  });
});

describe('fromLive with a stub', () => {
  it('emits a set-up that the stub leaves out, and closes what resolves too late', async () => {
    const close = vi.fn();
    const ai = { live: { connect: (_: object) => Promise.resolve({ ...session, close }) } };
    const messages: LiveMessage[] = [];
    const subscription = fromLive(ai, {}, NEVER).subscribe((message) => messages.push(message));
    await Promise.resolve();
    expect(messages).toEqual([{ setupComplete: {} }]);
    subscription.unsubscribe();
    expect(close).toHaveBeenCalledTimes(1);
    fromLive(ai, {}, NEVER).subscribe().unsubscribe();
    await Promise.resolve();
    expect(close).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['rejects', () => Promise.reject(new TypeError('fetch failed'))],
    [
      'throws',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('fails as it %s', async (_, connect) => {
    const errors: unknown[] = [];
    fromLive({ live: { connect } }, {}, NEVER).subscribe({ error: (error: unknown) => errors.push(error) });
    await Promise.resolve();
    expect(errors).toMatchObject([{ message: /fetch failed/ }]);
  });

  it('refuses `contextUpdate` without an SDK that can send it', async () => {
    const ai = { live: { connect: (_: object) => Promise.resolve(session) } };
    const errors: unknown[] = [];
    fromLive(ai, {}, of({ contextUpdate: {} })).subscribe({ error: (error: unknown) => errors.push(error) });
    await Promise.resolve();
    expect(errors).toMatchObject([{ kind: 'invalid_request', message: /`@google\/genai` 3/ }]);
  });

  it('calls a function for the parameters at each subscription, and fails with a wrong result', async () => {
    const ai = { live: { connect: (_: object) => Promise.resolve(session) } };
    const make = vi.fn(() => ({}));
    fromLive(ai, make, NEVER).subscribe().unsubscribe();
    fromLive(ai, make, NEVER).subscribe().unsubscribe();
    expect(make).toHaveBeenCalledTimes(2);
    const errors: unknown[] = [];
    fromLive(ai, () => 1 as never, NEVER).subscribe({ error: (error: unknown) => errors.push(error) });
    await Promise.resolve();
    expect(errors[0]).toBeInstanceOf(TypeError);
  });
});

describe('timers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are gone after an unsubscription: before the set-up, during the session, and during a wait', async () => {
    for (const [live, ms] of [
      [{ setup: false }, 0],
      [{}, 10],
      [[{ dropAfter: { ms: 5 } }, { refuse: 503 }], 200],
    ] as const) {
      const ai = fakeGemini([], { live });
      const input$ = new Subject<LiveInput>();
      const subscription = fromLive(ai, { ...params }, input$).subscribe({ error: () => undefined });
      await vi.advanceTimersByTimeAsync(ms);
      subscription.unsubscribe();
      await vi.advanceTimersByTimeAsync(0);
      expect([vi.getTimerCount(), input$.observed]).toEqual([0, false]);
    }
  });

  it('are gone after an unsubscription within the message that counts the sound that a refusal drops', async () => {
    const connect = vi.fn(({ callbacks }: StubParams) => {
      const isFirst = connect.mock.calls.length === 1;
      setTimeout(() => {
        if (isFirst) callbacks.onmessage({ sessionResumptionUpdate: { newHandle: 'h', resumable: true } });
        callbacks.onclose({ code: isFirst ? 1011 : 1007, reason: 'Refused' });
      }, 5);
      return isFirst ? Promise.resolve(session) : new Promise<never>(() => undefined);
    });
    const input$ = new Subject<LiveInput>();
    const messages: LiveMessage[] = [];
    fromLive({ live: { connect } }, {}, input$)
      .pipe(takeWhile(({ dropped }) => dropped === undefined, true))
      .subscribe((message) => {
        messages.push(message);
        if (message.retrying) input$.next({ realtimeInput: { audio: { data: 'AAAA' } } });
      });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(messages.at(-1)).toEqual({ dropped: 1 });
    expect([connect.mock.calls.length, vi.getTimerCount()]).toEqual([2, 0]);
  });

  it('of the reconnections grow with each failure, after none for the first', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const at: number[] = [];
    const start = Date.now();
    const connect = ({ callbacks }: StubParams) => {
      at.push(Date.now() - start);
      if (at.length > 1) return Promise.reject(new TypeError('fetch failed'));
      setTimeout(() => {
        callbacks.onmessage({ sessionResumptionUpdate: { newHandle: 'h', resumable: true } });
        callbacks.onclose({ code: 1011, reason: 'Busy' });
      }, 5);
      return Promise.resolve(session);
    };
    const errors: unknown[] = [];
    fromLive({ live: { connect } }, {}, NEVER, { resume: { count: 4, delay: 100 } }).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    await vi.advanceTimersByTimeAsync(10_000);
    // The engine rounds a wait of 0 up to 1 ms.
    expect(at.map((ms) => ms - (ms % 10))).toEqual([0, 0, 100, 300, 700]);
    expect(errors).toMatchObject([{ kind: 'network', status: 1011 }]);
  });
});
