import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { toSseResponse } from '../../src/sinks/toSseResponse.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

describe('toSseResponse on real sockets', () => {
  it.each(['cancel', 'signal'] as const)('closes the request when the reader disconnects: %s', async (by) => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b', 'c'], stallAfter: { chunks: 1 } });
    const { signal, abort } = abortable();
    const reader = toSseResponse(fromGemini(ai, params), { signal }).body!.getReader();
    // The opening comment, and the first chunk.
    for (let pieces = 0; pieces < 2; pieces++) await reader.read();
    if (by === 'cancel') await reader.cancel();
    else abort();
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each(['signal', 'request'] as const)(
    'closes the request to the model when the client disconnects: %s',
    async (by) => {
      const { ai, emulator } = await emulate({ chunks: ['a', 'b'], stallAfter: { chunks: 1 } });
      const own = abortable();
      const ofRequest = abortable();
      const request = new Request('http://127.0.0.1/', { method: 'POST', signal: ofRequest.signal });
      const body = toSseResponse(fromGemini(ai, params), { signal: own.signal, request }).text();
      await vi.waitUntil(() => emulator.requests.length === 1, { timeout: 9_000 });
      (by === 'signal' ? own : ofRequest).abort();
      await emulator.requests[0]!.closed;
      expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
      expect(await body).not.toContain('event:');
    },
  );
});
