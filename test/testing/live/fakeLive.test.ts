import { Observable } from 'rxjs';
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
