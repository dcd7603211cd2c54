import { expect, it } from 'vitest';
import { formatLiveRecording, replayLiveRecording } from 'rxjs-gemini/emulator';
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

it('replays a recorded session', () => {
  const log = formatLiveRecording([
    { from: 'client', message: { setup: { model: 'models/any' } } },
    { from: 'server', message: { setupComplete: {} } },
    { from: 'client', message: { clientContent: { turnComplete: true } } },
    { from: 'server', message: { serverContent: { modelTurn: { parts: [{ text: 'recorded' }] } } } },
    { from: 'server', message: { serverContent: { turnComplete: true }, usageMetadata: { totalTokenCount: 7 } } },
  ]);
  return withEmulator({ live: replayLiveRecording(log) }, async (emulator) => {
    const { session, messages, waitFor } = await connectLive(emulator);
    session.sendClientContent({ turns: 'Hello' });
    const last = await waitFor(({ serverContent }) => serverContent?.turnComplete);
    expect(last.usageMetadata).toEqual({ totalTokenCount: 7 });
    expect(textOf(messages)).toBe('recorded');
    expect(messages).toHaveLength(3);
  });
});
