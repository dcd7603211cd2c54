import { expect, it } from 'vitest';
import { connectLive, textOf, withEmulator } from './startLive.js';

it('answers contents with a turn of text and token counts', () =>
  withEmulator({}, async (emulator) => {
    const { session, messages, closed, waitFor } = await connectLive(emulator);
    session.sendClientContent({ turns: 'Hello' });
    const last = await waitFor(({ serverContent }) => serverContent?.turnComplete);
    expect(textOf(messages)).toBe('You said: Hello. This answer comes from a script, not from a model.');
    expect(last.usageMetadata).toMatchObject({ responseTokenCount: 17 });
    session.close();
    await closed;
    const [connection] = emulator.liveConnections;
    await connection?.closed;
    expect(connection).toMatchObject({
      closedBy: 'client',
      turns: 1,
      inputs: [{ clientContent: { turnComplete: true } }],
    });
  }));

it('takes a script for each connection', () =>
  withEmulator({ live: [{ reply: 'first' }, { reply: 'second' }] }, async (emulator) => {
    for (const expected of ['first', 'second', 'second']) {
      const { session, messages, waitFor } = await connectLive(emulator);
      session.sendRealtimeInput({ text: 'Hello' });
      await waitFor(({ serverContent }) => serverContent?.turnComplete);
      expect(textOf(messages)).toBe(expected);
      session.close();
    }
  }));
