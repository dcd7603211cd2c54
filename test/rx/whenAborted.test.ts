import { getEventListeners } from 'node:events';
import { GoogleGenAI } from '@google/genai';
import { config, finalize, merge, NEVER, type Observable } from 'rxjs';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { takeUntilCancel } from '../../operators/protect/takeUntilCancel.js';
import { whenAborted } from '../../src/rx/whenAborted.js';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { fromSse } from '../../src/sources/fromSse.js';
import { createChat } from '../../src/chat/createChat.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';

function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

afterEach(() => {
  config.onUnhandledError = null;
});

describe('whenAborted', () => {
  it('emits the reason to all subscribers, in their order, and completes', () => {
    const controller = new AbortController();
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      whenAborted(controller.signal).subscribe({
        next: (reason) => seen.push(`${name}: ${String(reason)}`),
        complete: () => seen.push(`${name} completes`),
      });
    }
    expect(listenersOf(controller.signal)).toBe(1);
    controller.abort('stop');
    expect(seen).toEqual(['a: stop', 'a completes', 'b: stop', 'b completes', 'c: stop', 'c completes']);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it('emits at once, without a listener, when the signal has aborted', () => {
    const signal = AbortSignal.abort('before');
    const next = vi.fn();
    const complete = vi.fn();
    whenAborted(signal).subscribe({ next, complete });
    expect(next).toHaveBeenCalledExactlyOnceWith('before');
    expect(complete).toHaveBeenCalledOnce();
    expect(listenersOf(signal)).toBe(0);
  });

  it('reports an error that a subscriber throws, and calls the others', () => {
    const controller = new AbortController();
    const unhandled: unknown[] = [];
    config.onUnhandledError = (cause) => unhandled.push(cause);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const teardown = finalize<unknown>(() => {
      throw new Error('in a teardown');
    });
    const last = vi.fn();
    const handler = () => {
      throw new Error('in a handler');
    };
    whenAborted(controller.signal).subscribe(handler);
    whenAborted(controller.signal).pipe(teardown).subscribe();
    whenAborted(controller.signal).subscribe(last);
    controller.abort();
    vi.runAllTimers();
    expect(last).toHaveBeenCalledOnce();
    expect(String(unhandled)).toContain('in a handler');
  });

  it('does not call a subscriber that another subscriber has unsubscribed', () => {
    const controller = new AbortController();
    const second = vi.fn();
    whenAborted(controller.signal).subscribe(() => subscription.unsubscribe());
    const subscription = whenAborted(controller.signal).subscribe(second);
    controller.abort();
    expect(second).not.toHaveBeenCalled();
  });

  it('calls a subscriber that subscribes while the others are called', () => {
    const controller = new AbortController();
    const late = vi.fn();
    whenAborted(controller.signal).subscribe(() => whenAborted(controller.signal).subscribe(late));
    controller.abort();
    expect(late).toHaveBeenCalledOnce();
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it('listens again after all have unsubscribed', () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 3; round++) {
      const subscriptions = [whenAborted(signal).subscribe(), whenAborted(signal).subscribe()];
      expect(listenersOf(signal)).toBe(1);
      subscriptions[1]!.unsubscribe();
      subscriptions[1]!.unsubscribe();
      expect(listenersOf(signal)).toBe(1);
      subscriptions[0]!.unsubscribe();
      expect(listenersOf(signal)).toBe(0);
    }
  });

  it('accepts a signal of another class', () => {
    const events = new EventTarget();
    const signal = Object.assign(events, { aborted: false, reason: 'polyfilled' }) as unknown as AbortSignal;
    const next = vi.fn();
    whenAborted(signal).subscribe(next);
    events.dispatchEvent(new Event('abort'));
    expect(next).toHaveBeenCalledExactlyOnceWith('polyfilled');
  });
});

describe('one signal for many replies', () => {
  // Node warns of more than ten.
  const replies = 100;
  const params = { model: 'm', contents: 'Hi' };
  const silent = () => fakeGemini([{ chunks: ['a', 'b'], stallAfter: { chunks: 1 } }]);
  // 1.x does not know the option, and asks an address where nobody answers.
  const httpOptions = { baseUrl: 'http://127.0.0.1:1', fetch: () => new Promise<Response>(() => undefined) };
  const unanswered = new GoogleGenAI({ apiKey: 'k', httpOptions });
  const users: Record<string, (signal: AbortSignal) => Observable<unknown>> = {
    takeUntilCancel: (signal) => NEVER.pipe(takeUntilCancel(signal)),
    'config.abortSignal of fromGemini': (abortSignal) => fromGemini(silent(), { ...params, config: { abortSignal } }),
    'config.abortSignal of fromGemini, by way of the SDK': (abortSignal) =>
      fromGemini(unanswered, { ...params, config: { abortSignal } }),
    'config.abortSignal of fromGenerate': (abortSignal) =>
      fromGenerate(silent(), { ...params, config: { abortSignal } }),
    'config.abortSignal of createChat': (abortSignal) =>
      createChat(silent(), { model: 'm', config: { abortSignal } }).send('Hi'),
    "fromSse's init.signal": (signal) =>
      fromSse('http://localhost', { signal }, { fetch: () => new Promise(() => undefined) }),
    "a sink's signal": (signal) => {
      const { body } = toSseResponse(NEVER, { signal, heartbeat: false });
      void body!.getReader().read();
      return NEVER;
    },
  };

  it.each(Object.entries(users))('has one listener of %s, and none afterwards', async (name, use) => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    onTestFinished(() => warn.mockRestore());
    const controller = new AbortController();
    const { signal } = controller;
    const all$ = merge(...Array.from({ length: replies }, () => use(signal)));
    const ended = vi.fn();
    const subscription = all$.subscribe({ error: ended, complete: ended });
    await new Promise((resolve) => setImmediate(resolve));
    expect(listenersOf(signal)).toBe(1);
    expect(warn).not.toHaveBeenCalled();
    subscription.unsubscribe();
    if (name === "a sink's signal") controller.abort();
    expect(listenersOf(signal)).toBe(0);
  });
});
