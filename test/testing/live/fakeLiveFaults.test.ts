import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import type { LiveScripts } from '../../../src/live/script/liveScript.js';
import { fakeGemini } from '../../../src/testing/fakeGemini.js';
import type { FakeLiveSession } from '../../../src/testing/fakeLiveApi.js';

/** Opens a session with a fake, and records its events. */
function open(live: LiveScripts, config: object = { responseModalities: ['TEXT'] }) {
  const ai = fakeGemini([], { live });
  const events: unknown[] = [];
  const opened: { session?: FakeLiveSession } = {};
  const callbacks = {
    onopen: () => events.push('open'),
    onmessage: (message: LiveMessage) => events.push(message),
    onerror: ({ message }: { message: string }) => events.push(message),
    onclose: ({ code, reason }: { code: number; reason: string }) => events.push([code, reason]),
  };
  ai.live.connect({ model: 'any', config, callbacks }).then(
    (session) => {
      opened.session = session;
      events.push('session');
    },
    (cause: unknown) => events.push(String(cause)),
  );
  return { ai, events, opened, connection: ai.live.connections[0] };
}

const setupComplete = { setupComplete: {} };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('fakeGemini().live', () => {
  it('opens, delivers `setupComplete`, and then resolves, as the SDK does', () => {
    const { events, opened } = open({});
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(events).toEqual(['open', setupComplete, 'session']);
    opened.session?.close();
    vi.advanceTimersByTime(1);
    expect(events.at(-1)).toEqual([1005, '']);
  });

  it('rejects and closes if the connection is refused', () => {
    const { events, connection } = open({ refuse: 503 });
    vi.advanceTimersByTime(2);
    const message = 'Unexpected server response: 503';
    expect(events).toEqual([message, `Error: ${message}`, [1006, '']]);
    expect(connection).toMatchObject({ refused: 503, closedBy: 'server', setup: undefined });
  });

  it('rejects if the connection is closed before the setup', () => {
    const { events } = open({ closeAfter: { messages: 0, code: 1007, reason: 'no' } });
    vi.advanceTimersByTime(2);
    const message = 'Error: The connection was closed before the setup: 1007 no';
    expect(events).toEqual(['open', message, [1007, 'no']]);
  });

  it('breaks a turn with an error, and then the close', () => {
    const { events, opened, connection } = open({ reply: ['a', { drop: true }, 'b'] });
    vi.advanceTimersByTime(1);
    opened.session?.sendRealtimeInput({ text: 'Hello' });
    vi.advanceTimersByTime(2);
    expect(events.slice(4)).toEqual(['read ECONNRESET', [1006, '']]);
    expect(connection).toMatchObject({ closedBy: 'server', closeCode: 1006, turns: 0 });
  });

  it('reports a frame that is not JSON as an error, and goes on', () => {
    const { events, opened } = open({ start: [{ frame: 'oops' }, { bigFrame: 10 }] });
    vi.advanceTimersByTime(1);
    expect(events[2]).toBe('session');
    expect(events[3]).toMatch(/Unexpected token/);
    expect(events[4]).toEqual({});
    opened.session?.close();
    vi.advanceTimersByTime(1);
  });

  it('buffers the input for a server that does not read', () => {
    const { opened, connection } = open({ receiveRate: 0 });
    vi.advanceTimersByTime(1);
    for (let count = 0; count < 10; count += 1)
      opened.session?.sendRealtimeInput({ audio: { data: 'A'.repeat(1000) } });
    vi.advanceTimersByTime(60_000);
    expect(opened.session?.conn.ws.bufferedAmount).toBeGreaterThan(10_000);
    expect(connection?.inputs).toEqual([]);
    opened.session?.close();
    vi.advanceTimersByTime(1);
    expect(connection).toMatchObject({ closedBy: 'client' });
  });

  it('reads at the rate of the script', () => {
    const { opened, connection } = open({ receiveRate: 1000 });
    vi.advanceTimersByTime(1);
    for (let count = 0; count < 10; count += 1)
      opened.session?.sendRealtimeInput({ audio: { data: 'A'.repeat(1000) } });
    vi.advanceTimersByTime(5000);
    expect(connection?.inputs).toHaveLength(5);
    opened.session?.close();
    vi.advanceTimersByTime(1);
  });

  it('vanishes: sends nothing, reads nothing and does not close', () => {
    const { events, opened, connection } = open({ vanishAfter: { messages: 1 } });
    vi.advanceTimersByTime(1);
    opened.session?.sendRealtimeInput({ text: 'Hello' });
    vi.advanceTimersByTime(60_000);
    expect(events).toHaveLength(3);
    expect(opened.session?.conn.ws.bufferedAmount).toBeGreaterThan(0);
    expect(connection).toMatchObject({ inputs: [], closedBy: undefined });
    opened.session?.close();
    vi.advanceTimersByTime(1);
    expect(connection).toMatchObject({ closedBy: 'client' });
  });

  it('ends with `config.abortSignal`, before and after the setup, and leaves no listener', () => {
    const early = new AbortController();
    const first = open({ setup: false }, { abortSignal: early.signal });
    vi.advanceTimersByTime(10);
    early.abort();
    const late = new AbortController();
    const second = open({ start: ['a', { wait: 60_000 }] }, { abortSignal: late.signal });
    vi.advanceTimersByTime(10);
    late.abort();
    const never = open({}, { abortSignal: AbortSignal.abort() });
    vi.advanceTimersByTime(10);
    const aborted = 'AbortError: This operation was aborted';
    expect(first.events).toEqual(['open', aborted, [1005, '']]);
    expect(second.events.at(-1)).toEqual([1005, '']);
    expect(never.events).toEqual([aborted, [1005, '']]);
    expect(second.connection).toMatchObject({ closedBy: 'client', turns: 0 });
    expect(getEventListeners(late.signal, 'abort')).toEqual([]);
  });

  it('reports what a callback throws, and goes on', () => {
    const uncaught = vi.fn();
    const ai = fakeGemini([], { live: { start: ['a', 'b'] } });
    const onmessage = vi.fn(() => {
      throw new Error('mine');
    });
    void ai.live.connect({ model: 'any', callbacks: { onmessage } });
    // The report of rxjs: a throw in a task of its own.
    expect(() => {
      for (let count = 0; count < 10; count += 1) vi.advanceTimersByTime(1);
    }).toThrow('mine');
    expect(onmessage.mock.calls.length).toBeGreaterThan(3);
    expect(uncaught).not.toHaveBeenCalled();
    vi.clearAllTimers();
  });

  it('sends the setup in the form of the wire, so that a script reads both transports alike', () => {
    const seen: unknown[] = [];
    const config = {
      responseModalities: ['TEXT'],
      temperature: 0,
      systemInstruction: 'Be brief.',
      tools: [{ functionDeclarations: [] }],
      sessionResumption: { handle: undefined },
    };
    const { opened } = open(({ setup }) => {
      seen.push(setup);
      return {};
    }, config);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([
      {
        model: 'models/any',
        generationConfig: { responseModalities: ['TEXT'], temperature: 0 },
        systemInstruction: { role: 'user', parts: [{ text: 'Be brief.' }] },
        tools: [{ functionDeclarations: [] }],
        sessionResumption: {},
      },
    ]);
    opened.session?.close();
    vi.advanceTimersByTime(1);
  });
});

describe('a script', () => {
  it.each([
    [3, 'Expected `live` to be a script, a list of scripts or a function, got 3'],
    [[], 'Expected `live` to have at least one script, got an empty list'],
    [[[]], 'Expected `live[0]` to be a script or a function, got an array'],
    [{ pace: -1 }, 'Expected `pace` to be a non-negative number of ms, got -1'],
    [{ refuse: 200 }, 'Expected `refuse` to be a whole number from 400 to 599, got 200'],
    [{ setup: 1 }, 'Expected `setup` to be true or false, got 1'],
    [{ frames: 'json' }, "Expected `frames` to be 'binary' or 'text', got 'json'"],
    [{ closeAfter: { messages: 1, code: 1006 } }, 'Expected `closeAfter.code` to be a code of a close frame'],
    [{ dropAfter: {} }, 'Expected `dropAfter` to have either `messages` or `inputs` or `ms`'],
    [{ dropAfter: { ms: 1, messages: 1 } }, 'Expected `dropAfter` to have either `messages` or `inputs` or `ms`'],
    [{ goAway: { timeLeft: 'soon' } }, "Expected `goAway.timeLeft` to be a non-negative number of ms, got 'soon'"],
    [{ receiveRate: -1 }, 'Expected `receiveRate` to be a non-negative number, got -1'],
    [{ interruptedBy: ['noise'] }, "Expected `interruptedBy` to be 'activityStart' or 'clientContent'"],
    [{ reply: 3 }, 'Expected `reply` to be a text, a list of steps or a turn, got 3'],
    [{ reply: ['a', null] }, 'Expected `reply[1]` to be a text, a message or an action, got null'],
    [{ start: { steps: 'a' } }, "Expected `start.steps` to be a list of steps, got 'a'"],
    [{ start: [{ close: { code: 99 } }] }, 'Expected `start[0].close.code` to be a whole number from 1000 to 4999'],
    [{ start: [{ wait: -1 }] }, 'Expected `start[0].wait` to be a non-negative number of ms'],
  ])('is checked at the call: %j', (live, sentence) => {
    expect(() => fakeGemini([], { live: live as never })).toThrow(sentence);
  });

  it('that a function makes is checked when it is made, and closes the connection', () => {
    const wrong = open(() => ({ pace: -1 }));
    const late = open(() => ({ refuse: 401 }));
    vi.advanceTimersByTime(2);
    expect(wrong.events.at(-1)).toEqual([1011, 'Expected `pace` to be a non-negative number of ms, got -1']);
    const promised = open({ reply: () => Promise.resolve('late') as never, start: 'Hello' });
    vi.advanceTimersByTime(2);
    promised.opened.session?.sendRealtimeInput({ text: 'Hello' });
    vi.advanceTimersByTime(2);
    expect(promised.events.at(-1)).toEqual([
      1011,
      'Expected `reply` to be an object with fields of its own, got a Promise',
    ]);
    expect(late.events.at(-1)).toEqual([1011, 'A function comes too late to `refuse`: use a list of scripts']);
  });
});
