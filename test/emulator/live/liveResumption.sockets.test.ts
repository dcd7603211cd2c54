import type { LiveConnectConfig } from '@google/genai';
import { expect, it } from 'vitest';
import { connectLive, textOf, withEmulator } from './startLive.js';

const text: LiveConnectConfig = { responseModalities: ['TEXT' as never] };

it('sends a handle after each turn, with which a session continues', () =>
  withEmulator(
    { live: ({ index, handle }) => ({ reply: `${String(index)} ${handle ?? 'new'}` }) },
    async (emulator) => {
      const first = await connectLive(emulator, { ...text, sessionResumption: {} });
      first.session.sendRealtimeInput({ text: 'Hello' });
      const { sessionResumptionUpdate } = await first.waitFor((message) => message.sessionResumptionUpdate);
      const { newHandle: handle = '' } = sessionResumptionUpdate ?? {};
      expect(sessionResumptionUpdate).toMatchObject({ resumable: true });
      first.session.close();
      const second = await connectLive(emulator, { ...text, sessionResumption: { handle } });
      second.session.sendRealtimeInput({ text: 'Hello' });
      await second.waitFor(() => textOf(second.messages) === `1 ${handle}`);
      expect(emulator.liveConnections.map((connection) => connection.handle)).toEqual([undefined, handle]);
    },
  ));

it('sends no handle that is not asked for', () =>
  withEmulator({}, async (emulator) => {
    const { session, messages, waitFor } = await connectLive(emulator, text);
    session.sendRealtimeInput({ text: 'Hello' });
    session.sendRealtimeInput({ text: 'Hello' });
    await waitFor(() => messages.filter(({ serverContent }) => serverContent?.turnComplete).length === 2);
    expect(JSON.stringify(messages)).not.toContain('Handle');
  }));

it('knows a handle that a script sends', () =>
  withEmulator(
    { live: { start: [{ sessionResumptionUpdate: { newHandle: 'h1', resumable: true } }] } },
    async (emulator) => {
      const { waitFor } = await connectLive(emulator, text);
      await waitFor((message) => message.sessionResumptionUpdate);
      await expect(connectLive(emulator, { ...text, sessionResumption: { handle: 'h1' } })).resolves.toBeDefined();
    },
  ));

it('closes with 1008 for a handle that was not sent', () =>
  withEmulator({}, async (emulator) => {
    const connecting = connectLive(emulator, { ...text, sessionResumption: { handle: 'other' } });
    await expect(connecting).rejects.toThrow('closed 1008 BidiGenerateContent session not found');
  }));

it('announces the end of a connection, and closes it when the time has passed', () =>
  withEmulator({ live: { goAway: { after: 10, timeLeft: 30 } } }, async (emulator) => {
    const { messages, closed } = await connectLive(emulator, text);
    expect(await closed).toEqual({ code: 1011, reason: 'Deadline expired before operation could complete.' });
    expect(messages.at(-1)?.goAway).toEqual({ timeLeft: '0.03s' });
    expect(emulator.liveConnections[0]).toMatchObject({ closedBy: 'server', closeCode: 1011 });
  }));
