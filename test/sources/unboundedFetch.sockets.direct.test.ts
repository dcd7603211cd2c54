import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { unboundedDispatcher } from '../../src/sources/unboundedFetch.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';
import { outcomeOf } from '../support/outcome.js';

const symbol = Symbol.for('undici.globalDispatcher.1');
interface Dispatcher {
  dispatch: (options: object, handler: object) => boolean;
}
const globals = globalThis as unknown as Record<symbol, Dispatcher | undefined>;

describe('unboundedDispatcher', () => {
  it("lifts the limits of Node's fetch for each request, through the global dispatcher of the time", async () => {
    const { ai } = await emulate('Hello');
    await outcomeOf(fromGemini(ai, params));
    const original = globals[symbol];
    const seen: object[] = [];
    onTestFinished(() => {
      globals[symbol] = original;
    });
    globals[symbol] = {
      dispatch(options, handler) {
        seen.push(options);
        return original?.dispatch(options, handler) ?? false;
      },
    };
    expect((await outcomeOf(fromGemini(ai, params))).isComplete).toBe(true);
    expect(seen).toEqual([expect.objectContaining({ headersTimeout: 0, bodyTimeout: 0 })]);
    expect(unboundedDispatcher()).toBeDefined();
  });

  it.each([
    ['there is no global dispatcher', () => ({ value: undefined })],
    ['the object in its place cannot dispatch', () => ({ value: {} })],
  ])('is not used where %s, as in the contexts of jest, and the request succeeds', async (_, dispatcher) => {
    const { ai } = await emulate('Hello');
    await outcomeOf(fromGemini(ai, params));
    const globalFetch = globalThis.fetch;
    const fetched = vi.spyOn(globalThis, 'fetch');
    const original = globals[symbol];
    onTestFinished(() => {
      fetched.mockRestore();
      globals[symbol] = original;
    });
    fetched.mockImplementation((input, init) => {
      // The `fetch` of Node has one, though nobody else sees it.
      globals[symbol] = original;
      expect(init).not.toHaveProperty('dispatcher');
      return globalFetch(input, init);
    });
    globals[symbol] = dispatcher().value as never;
    expect(unboundedDispatcher()).toBeUndefined();
    expect((await outcomeOf(fromGemini(ai, params))).isComplete).toBe(true);
    expect(fetched).toHaveBeenCalledOnce();
  });
});
