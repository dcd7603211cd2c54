import type { LiveConnectConfig } from '@google/genai';
import { expect, it } from 'vitest';
import { connectLive, isTurnComplete, textOf, withEmulator } from './startLive.js';

const text: LiveConnectConfig = { responseModalities: ['TEXT' as never] };
const weather = { functionDeclarations: [{ name: 'weather' }] };
const toolCall = { toolCall: { functionCalls: [{ id: 'c1', name: 'weather', args: { city: 'Oslo' } }] } };

it('speaks, with transcripts of both sides, if the session asks for them', () =>
  withEmulator({ live: { reply: ['Hello ', 'you'] } }, async (emulator) => {
    const { session, messages, waitFor } = await connectLive(emulator, {
      inputAudioTranscription: {},
      outputAudioTranscription: {},
    });
    session.sendRealtimeInput({ audio: { data: btoa('\0'.repeat(32_000)), mimeType: 'audio/pcm;rate=16000' } });
    session.sendRealtimeInput({ audioStreamEnd: true });
    const last = await waitFor(isTurnComplete);
    const contents = messages.flatMap(({ serverContent }) => serverContent ?? []);
    expect(contents.flatMap(({ inputTranscription }) => inputTranscription?.text ?? [])).toEqual([
      '1.0 seconds of speech',
    ]);
    expect(contents.flatMap(({ outputTranscription }) => outputTranscription?.text ?? [])).toEqual(['Hello ', 'you']);
    const sounds = contents.flatMap(({ modelTurn }) => modelTurn?.parts ?? []).map(({ inlineData }) => inlineData);
    expect(sounds.map((sound) => sound?.mimeType)).toEqual(['audio/pcm;rate=24000', 'audio/pcm;rate=24000']);
    // Ten ms of 16-bit samples for each of five letters.
    expect(atob(sounds[0]?.data ?? '')).toHaveLength(5 * 240 * 2);
    expect(last.usageMetadata).toMatchObject({ promptTokenCount: 25 });
  }));

it('speaks alike in equal sessions, and without transcripts if they are not asked for', () =>
  withEmulator({}, async (emulator) => {
    const turns: unknown[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { session, messages, waitFor } = await connectLive(emulator, {});
      session.sendRealtimeInput({ text: 'Hello' });
      await waitFor(isTurnComplete);
      turns.push(messages.map((message) => ({ ...message })));
      session.close();
    }
    expect(turns[1]).toEqual(turns[0]);
    expect(JSON.stringify(turns)).not.toContain('outputTranscription');
  }));

it('answers the end of an activity, and no piece of sound', () =>
  withEmulator({ live: { reply: 'Heard' } }, async (emulator) => {
    const { session, messages, waitFor } = await connectLive(emulator, text);
    session.sendRealtimeInput({ activityStart: {} });
    session.sendRealtimeInput({ audio: { data: 'AAAA', mimeType: 'audio/pcm;rate=16000' } });
    session.sendRealtimeInput({ activityEnd: {} });
    await waitFor(isTurnComplete);
    session.close();
    await emulator.liveConnections[0]?.closed;
    expect(textOf(messages)).toBe('Heard');
    expect(emulator.liveConnections[0]).toMatchObject({ turns: 1 });
    expect(emulator.liveConnections[0]?.inputs).toHaveLength(3);
  }));

it('calls a function for each input, with its text and the number of the turn', () =>
  withEmulator(
    { live: { reply: (_, { prompt, turn, isComplete }) => (isComplete ? `${String(turn)} ${prompt}` : undefined) } },
    async (emulator) => {
      const { session, messages, waitFor } = await connectLive(emulator, text);
      session.sendClientContent({ turns: 'kept', turnComplete: false });
      session.sendClientContent({ turns: 'one' });
      session.sendRealtimeInput({ text: 'two' });
      await waitFor(() => textOf(messages) === '0 one1 two');
    },
  ));

it('begins with a turn of its own, and sends messages unchanged', () =>
  withEmulator(
    { live: { start: ['Hi', { voiceActivity: { voiceActivityType: 'ACTIVITY_START' } }] } },
    async (emulator) => {
      const { messages, waitFor } = await connectLive(emulator, text);
      await waitFor(isTurnComplete);
      expect(messages.map((message) => Object.keys(message)[0])).toEqual([
        'setupComplete',
        'serverContent',
        'voiceActivity',
        'serverContent',
        'serverContent',
      ]);
    },
  ));

it('waits with a call for the response of the client', () =>
  withEmulator({ live: { reply: ['Let me see. ', toolCall, 'It rains.'] } }, async (emulator) => {
    const { session, messages, waitFor } = await connectLive(emulator, { ...text, tools: [weather] });
    session.sendClientContent({ turns: 'The weather?' });
    await waitFor((message) => message.toolCall);
    // A text that is answered after the turn shows that the turn waits.
    session.sendToolResponse({ functionResponses: { id: 'other', name: 'weather', response: {} } });
    session.sendRealtimeInput({ text: 'ignored' });
    expect(textOf(messages)).toBe('Let me see. ');
    session.sendToolResponse({ functionResponses: { id: 'c1', name: 'weather', response: { rain: true } } });
    await waitFor(isTurnComplete);
    expect(textOf(messages)).toContain('Let me see. It rains.');
  }));

it('does not wait for a function that does not block', () =>
  withEmulator({ live: { reply: [toolCall, 'Meanwhile'] } }, async (emulator) => {
    const declared = { name: 'weather', behavior: 'NON_BLOCKING' as never };
    const { session, messages, waitFor } = await connectLive(emulator, {
      ...text,
      tools: [{ functionDeclarations: [declared] }],
    });
    session.sendClientContent({ turns: 'The weather?' });
    await waitFor(isTurnComplete);
    expect(textOf(messages)).toBe('Meanwhile');
  }));

it('is interrupted by contents: cancels its calls and ends the turn', () =>
  withEmulator(
    { live: { reply: (_, { turn }) => (turn === 0 ? ['One', toolCall, 'never'] : 'Two') } },
    async (emulator) => {
      const { session, messages, waitFor } = await connectLive(emulator, { ...text, tools: [weather] });
      session.sendClientContent({ turns: 'Hello' });
      await waitFor((message) => message.toolCall);
      session.sendClientContent({ turns: 'Stop' });
      await waitFor(() => textOf(messages) === 'OneTwo');
      const seen = messages
        .slice(3, 6)
        .map(({ toolCallCancellation, serverContent }) => toolCallCancellation ?? serverContent);
      expect(seen).toEqual([{ ids: ['c1'] }, { interrupted: true }, { turnComplete: true }]);
    },
  ));

it('can be interrupted by sound, or by nothing', () =>
  withEmulator(
    {
      live: [
        { reply: ['One', { wait: 60_000 }], interruptedBy: ['audio'] },
        { reply: (_, { prompt }) => [`[${prompt}`, { wait: 20 }, ']'], interruptedBy: [] },
      ],
    },
    async (emulator) => {
      const first = await connectLive(emulator, text);
      first.session.sendRealtimeInput({ text: 'Hello' });
      await first.waitFor(() => textOf(first.messages) === 'One');
      first.session.sendRealtimeInput({ audio: { data: 'AAAA', mimeType: 'audio/pcm;rate=16000' } });
      await first.waitFor(({ serverContent }) => serverContent?.interrupted);
      const second = await connectLive(emulator, text);
      second.session.sendClientContent({ turns: 'one' });
      second.session.sendClientContent({ turns: 'two' });
      await second.waitFor(() => textOf(second.messages) === '[one][two]');
    },
  ));

it('closes with 1011 and the message if the function throws', () =>
  withEmulator(
    {
      live: {
        reply: () => {
          throw new Error('mine');
        },
      },
    },
    async (emulator) => {
      const { session, closed } = await connectLive(emulator, text);
      session.sendRealtimeInput({ text: 'Hello' });
      expect(await closed).toEqual({ code: 1011, reason: 'mine' });
    },
  ));
