import { describe, expect, it } from 'vitest';
import { classifyErrors } from '../../../operators/protect/classifyErrors.js';
import { hedge } from '../../../operators/protect/hedge.js';
import { fromGemini } from '../../../src/sources/fromGemini.js';
import { emulate, params } from '../../support/emulate.js';
import { deferred, outcomeOf } from '../../support/outcome.js';

describe('hedge on real sockets', () => {
  it.each([0, 20])('closes the connections of the other sources, after %i ms', async (after) => {
    const { ai, emulator } = await emulate(({ model }) =>
      model === 'second' ? 'Hello' : { chunks: ['Too late'], firstDelay: 1_000_000 },
    );
    const ask = (model: string) => fromGemini(ai, { ...params, model }).pipe(classifyErrors());
    const { values: seen } = await outcomeOf(hedge([ask('first'), ask('second')], { after }));
    expect(seen.map(({ text }) => text).join('')).toBe('Hello');
    await Promise.all(emulator.requests.map(({ closed }) => closed));
    expect(emulator.requests.map(({ model, closedEarly }) => [model, closedEarly]).sort()).toEqual([
      ['first', true],
      ['second', false],
    ]);
  });

  it('closes all connections on unsubscription', async () => {
    let arrived = 0;
    const { promise, resolve } = deferred();
    const { ai, emulator } = await emulate(() => {
      if (++arrived === 2) resolve();
      return { headersDelay: 1_000_000 };
    });
    const ask = () => fromGemini(ai, params);
    const subscription = hedge([ask(), ask()], { after: 10 }).subscribe();
    await promise;
    subscription.unsubscribe();
    await Promise.all(emulator.requests.map(({ closed }) => closed));
    expect(emulator.requests.map(({ closedEarly }) => closedEarly)).toEqual([true, true]);
  });
});
