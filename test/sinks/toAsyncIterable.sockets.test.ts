import { describe, expect, it } from 'vitest';
import { toAsyncIterable } from '../../src/sinks/toAsyncIterable.js';
import { toReadableStream } from '../../src/sinks/toReadableStream.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { emulate, params } from '../support/emulate.js';

describe.each([
  ['toAsyncIterable', toAsyncIterable],
  // Node's are iterable; their iterators pull as `getReader()` does.
  ['toReadableStream', toReadableStream as unknown as typeof toAsyncIterable],
])('%s on real sockets', (_, toReadable) => {
  it('closes the request when the reader disconnects in the middle of the reply', async () => {
    const { ai, emulator } = await emulate({ chunks: ['a', 'b', 'c'], stallAfter: { chunks: 1 } });
    for await (const { text } of toReadable(fromGemini(ai, params))) {
      expect(text).toBe('a');
      break;
    }
    await emulator.requests[0]!.closed;
    expect(emulator.requests[0]).toMatchObject({ closedEarly: true });
  });
});
