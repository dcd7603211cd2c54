import type { LiveConnectParameters, LiveServerMessage } from '@google/genai';
import { concat, map, merge, NEVER, Observable, take, timer } from 'rxjs';
import { expect, it } from 'vitest';
import type { LiveMessage } from '../../../src/live/liveMessage.js';
import { fakeGemini, type FakeGemini } from '../../../src/testing/fakeGemini.js';
import type { FakeLiveSession } from '../../../src/testing/fakeLiveApi.js';
import { marbles } from '../../../src/testing/marbles.js';

const text = { responseModalities: ['TEXT'] };

/** The letters of a session: a text, or the first letter of the field. */
function lettersOf(ai: FakeGemini, talk: (session: FakeLiveSession) => void): Observable<string> {
  return new Observable((destination) => {
    const left = new AbortController();
    ai.live
      .connect({
        model: 'any',
        config: { ...text, abortSignal: left.signal },
        callbacks: {
          onmessage: (message) => {
            destination.next(letterOf(message));
          },
          onclose: ({ code }) => {
            destination.error(code);
          },
        },
      })
      .then(talk, (cause: unknown) => {
        destination.error(cause);
      });
    return () => {
      left.abort();
    };
  });
}

function letterOf(message: LiveMessage): string {
  const { setupComplete, serverContent } = message;
  if (setupComplete) return 's';
  if (serverContent?.turnComplete) return '.';
  if (serverContent?.interrupted) return '!';
  if (serverContent?.generationComplete) return ',';
  return serverContent?.modelTurn?.parts?.[0]?.text ?? '?';
}

it(
  'runs in virtual time, without promises',
  marbles((m) => {
    const ai = fakeGemini([], { live: { setupDelay: 3, reply: { steps: ['a', 'b'], firstDelay: 10, pace: 2 } } });
    const session$ = lettersOf(ai, (session) => {
      session.sendClientContent({ turns: 'Hello' });
    });
    m.expectObservable(session$, '^-------------------!').toBe('---s---------a-(b,.)');
    m.flush();
    expect(ai.live.connections).toMatchObject([{ turns: 1, closedBy: 'client', inputs: [{ clientContent: {} }] }]);
  }),
);

it(
  'is interrupted at the time of the input',
  marbles((m) => {
    const ai = fakeGemini([], { live: { reply: ['a', 'b', 'c', 'd'], pace: 3 } });
    const session$ = lettersOf(ai, (session) => {
      session.sendRealtimeInput({ text: 'Hello' });
      timer(7).subscribe(() => {
        session.sendRealtimeInput({ activityStart: {} });
      });
    });
    const at = (ms: number, letter: string) => concat(timer(ms).pipe(map(() => letter)), NEVER);
    m.expectObservable(session$, '^-----------!').toEqual(
      merge(at(0, 's'), at(0, 'a'), at(3, 'b'), at(6, 'c'), at(7, '!'), at(7, '.')),
    );
  }),
);

it(
  'stops when it is left in a callback',
  marbles((m) => {
    const ai = fakeGemini([], { live: { start: ['a', 'b'], receiveRate: 10 } });
    m.expectObservable(lettersOf(ai, () => undefined).pipe(take(2))).toBe('(sa|)');
    m.flush();
    expect(ai.live.connections).toMatchObject([{ closedBy: 'client', messagesSent: 2, closeCode: 1005 }]);
  }),
);

it('serves code that awaits the session itself', async () => {
  const ai = fakeGemini();
  const texts: string[] = [];
  const turn = new Promise<void>((resolve) => {
    const onmessage = ({ serverContent }: LiveMessage) => {
      texts.push(...(serverContent?.modelTurn?.parts ?? []).map(({ text = '' }) => text));
      if (serverContent?.turnComplete) resolve();
    };
    void ai.live.connect({ model: 'any', config: text, callbacks: { onmessage } }).then((session) => {
      session.sendRealtimeInput({ text: 'Hello' });
    });
  });
  await turn;
  expect(texts.join('')).toBe('You said: Hello. This answer comes from a script, not from a model.');
});

it('takes the callbacks of code that is written for the SDK', async () => {
  const seen: string[] = [];
  const params = {
    model: 'any',
    config: {},
    callbacks: {
      onmessage: (message: LiveServerMessage) => seen.push(Object.keys(message).join()),
      onclose: (event: CloseEvent) => seen.push(String(event.code)),
      onerror: (event: ErrorEvent) => seen.push(event.message),
    },
  } satisfies LiveConnectParameters;
  const session = await fakeGemini().live.connect(params);
  session.close();
  await fakeGemini([], { live: { closeAfter: { messages: 1 } } }).live.connect(params);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen).toEqual(['setupComplete', '1005', 'setupComplete', '1000']);
});
