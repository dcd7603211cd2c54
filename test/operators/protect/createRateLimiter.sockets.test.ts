import { merge } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { finalResponse } from '../../../operators/show/finalResponse.js';
import { createRateLimiter } from '../../../operators/protect/createRateLimiter.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import { emulate, params } from '../../support/emulate.js';
import { deferred, outcomeOf } from '../../support/outcome.js';

async function* answer(end: () => void): AsyncGenerator<string> {
  for (const text of ['Hello, ', 'world']) yield await Promise.resolve(text);
  end();
}

describe('createRateLimiter on real sockets', () => {
  it('makes no request for a reply that waits, nor for one that was unsubscribed in the queue', async () => {
    const arrived = deferred();
    const { ai, emulator } = await emulate(({ prompt }) => {
      arrived.resolve();
      return prompt === 'first' ? { chunks: ['Hello'], stallAfter: { chunks: 1 } } : 'Hello';
    });
    const limit = createRateLimiter({ concurrency: 1 }).limit();
    const ask = (contents: string) => fromGemini(ai, { ...params, contents }).pipe(limit);
    const first = ask('first').subscribe();
    const second = ask('second').subscribe();
    const third = outcomeOf(ask('third').pipe(finalResponse()));
    await arrived.promise;
    second.unsubscribe();
    expect(emulator.requests).toHaveLength(1);
    first.unsubscribe();
    expect((await third).values[0]?.text).toBe('Hello');
    await Promise.all(emulator.requests.map(({ closed }) => closed));
    expect(emulator.requests.map(({ closedEarly }) => closedEarly)).toEqual([true, false]);
  });

  it('never has more than `concurrency` replies open', async () => {
    let [open, most] = [0, 0];
    const { ai, emulator } = await emulate(() => {
      most = Math.max(most, ++open);
      return { chunks: answer(() => (open -= 1)) };
    });
    const limit = createRateLimiter({ concurrency: 2 }).limit();
    const ask$ = fromGemini(ai, params).pipe(limit, finalResponse());
    const { values: replies } = await outcomeOf(merge(...Array.from({ length: 8 }, () => ask$)));
    expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, () => 'Hello, world'));
    expect(emulator.requests).toHaveLength(8);
    expect(most).toBe(2);
  });
});
