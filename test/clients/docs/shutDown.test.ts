import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EmulatorAnswer } from 'rxjs-gemini/emulator';
import { describe, expect, it } from 'vitest';
import { emulate } from '../../support/emulate.js';
import { createDrainingServer } from './shutDown.js';

/** Asks the server, and waits for the first bytes of its answer. */
async function ask(answer: EmulatorAnswer) {
  const { ai, emulator } = await emulate(answer);
  const { server, shutDown } = createDrainingServer(ai);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closed = once(server, 'close');
  const response = await fetch(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  return { response, shutDown, closed, emulator };
}

describe('the server of docs/scale.md', () => {
  it('lets a reply end before it closes', async () => {
    const { response, shutDown, closed } = await ask({ chunks: ['Hello, ', 'world.'], pace: 20 });
    const down = shutDown(5_000);
    expect(await response.text()).toMatch(/"Hello, "[^]*"world\."[^]*event: done\n/);
    await Promise.all([down, closed]);
  });

  it('ends a reply that takes longer, with an error for its reader, and closes its request', async () => {
    const { response, shutDown, closed, emulator } = await ask({ chunks: ['Hello'], stallAfter: { chunks: 1 } });
    const text = response.text();
    await shutDown(50);
    expect(await text).toMatch(/event: error\ndata: \{"kind":"server",.*"retryable":true/);
    await Promise.all([closed, emulator.requests[0]?.closed]);
    expect(emulator.requests).toMatchObject([{ closedEarly: true }]);
  });
});
