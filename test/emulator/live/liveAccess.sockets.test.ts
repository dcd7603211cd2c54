import { GoogleGenAI, type LiveConnectConfig } from '@google/genai';
import { expect, it, vi } from 'vitest';
import type { Emulator } from 'rxjs-gemini/emulator';
import { connectLive, isTurnComplete, textOf, withEmulator } from './startLive.js';

const text: LiveConnectConfig = { responseModalities: ['TEXT' as never] };

/** Makes an ephemeral token with the real SDK. */
async function createToken({ url }: Emulator, config: object = {}, apiKey = 'right'): Promise<string> {
  const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url, apiVersion: 'v1alpha' } });
  const { name = '' } = await ai.authTokens.create({ config });
  return name;
}

/** Opens a session with a token. */
const connectWith = (emulator: Emulator, apiKey: string, config = text) =>
  connectLive(emulator, config, { apiKey, apiVersion: 'v1alpha' });

it('closes a session with a wrong key with 1007, and without a key with 1008', () =>
  withEmulator({ apiKey: 'right' }, async (emulator) => {
    await expect(connectLive(emulator, text, { apiKey: 'wrong' })).rejects.toThrow(
      'closed 1007 API key not valid. Please pass a valid API key.',
    );
    await expect(connectLive(emulator, text, { apiKey: 'right' })).resolves.toBeDefined();
    expect(emulator.liveConnections.map(({ closeCode }) => closeCode)).toEqual([1007, undefined]);
  }));

it('closes a session of a model that does not exist with 1008', () =>
  withEmulator({ models: ['other'] }, async (emulator) => {
    await expect(connectLive(emulator, text)).rejects.toThrow(
      'closed 1008 models/gemini-live-2.5-flash-preview is not found for API version v1beta',
    );
  }));

it('answers on the path of Vertex AI, with the status 401 for a wrong token', () =>
  withEmulator({ apiKey: 'right', live: { reply: 'Hello' } }, async (emulator) => {
    const open = (token: string) =>
      new GoogleGenAI({
        vertexai: true,
        project: 'p',
        location: 'l',
        httpOptions: { baseUrl: emulator.url, headers: { Authorization: `Bearer ${token}` } },
        googleAuthOptions: { authClient: { getRequestHeaders: () => Promise.resolve(new Headers()) } as never },
      });
    const texts: string[] = [];
    const session = await open('right').live.connect({
      model: 'gemini-live',
      config: { ...text },
      callbacks: {
        onmessage: ({ text: piece }) => {
          if (piece !== undefined) texts.push(piece);
        },
      },
    });
    session.sendRealtimeInput({ text: 'Hi' });
    await vi.waitFor(() => {
      expect(texts).toEqual(['Hello']);
    });
    expect(emulator.liveConnections[0]?.setup?.model).toBe(
      'projects/p/locations/l/publishers/google/models/gemini-live',
    );
    void open('wrong')
      .live.connect({ model: 'any', callbacks: { onmessage: () => undefined } })
      .catch(() => undefined);
    await vi.waitFor(() => {
      expect(emulator.liveConnections[1]?.refused).toBe(401);
    });
  }));

it('opens one session with an ephemeral token, and continues it', () =>
  withEmulator({ apiKey: 'right' }, async (emulator) => {
    const token = await createToken(emulator);
    expect(token).toMatch(/^auth_tokens\/\w+$/);
    expect(emulator.requests[0]).toMatchObject({ action: 'createAuthToken', status: 200 });
    const first = await connectWith(emulator, token, { ...text, sessionResumption: {} });
    first.session.sendRealtimeInput({ text: 'Hello' });
    const { sessionResumptionUpdate } = await first.waitFor((message) => message.sessionResumptionUpdate);
    const handle = sessionResumptionUpdate?.newHandle ?? '';
    await connectWith(emulator, token, { ...text, sessionResumption: { handle } });
    await expect(connectWith(emulator, token)).rejects.toThrow('closed 1008 The ephemeral token has no uses left.');
    expect(emulator.liveConnections[0]?.path).toContain('.v1alpha.GenerativeService.BidiGenerateContentConstrained?');
  }));

it('opens as many sessions as the token has uses', () =>
  withEmulator({}, async (emulator) => {
    const token = await createToken(emulator, { uses: 2 });
    await connectWith(emulator, token);
    await connectWith(emulator, token);
    await expect(connectWith(emulator, token)).rejects.toThrow('no uses left');
  }));

it('refuses new sessions after `newSessionExpireTime`, and ends sessions at `expireTime`', () =>
  withEmulator({}, async (emulator) => {
    const soon = new Date(Date.now() + 600).toISOString();
    const past = new Date(Date.now() - 1).toISOString();
    const ending = await connectWith(emulator, await createToken(emulator, { expireTime: soon, uses: 5 }));
    expect(await ending.closed).toEqual({ code: 1008, reason: 'The ephemeral token has expired.' });
    const late = await createToken(emulator, { newSessionExpireTime: past });
    await expect(connectWith(emulator, late)).rejects.toThrow('closed 1008 The ephemeral token has expired for new');
    const dead = await createToken(emulator, { expireTime: past });
    await expect(connectWith(emulator, dead)).rejects.toThrow('closed 1008 The ephemeral token has expired.');
  }));

it('refuses a token that it has not made, and makes none without the key', () =>
  withEmulator({ apiKey: 'right' }, async (emulator) => {
    await expect(connectWith(emulator, 'auth_tokens/other')).rejects.toThrow(
      'closed 1008 The ephemeral token is not valid.',
    );
    await expect(createToken(emulator, {}, 'wrong')).rejects.toThrow('API key not valid');
  }));

it('holds a session to the setup of its token', () =>
  withEmulator({ live: { reply: (_, { setup }) => setup.model ?? '' } }, async (emulator) => {
    const token = await createToken(emulator, { liveConnectConstraints: { model: 'locked-model', config: text } });
    const { session, messages, waitFor } = await connectWith(emulator, token, {});
    session.sendRealtimeInput({ text: 'Hello' });
    await waitFor(isTurnComplete);
    expect(textOf(messages)).toBe('models/locked-model');
  }));
