import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('connect', () => {
  it.each([
    ['https://generativelanguage.googleapis.com', ''],
    ['https://us-central1-aiplatform.googleapis.com/', '  '],
    ['https://GENERATIVELANGUAGE.GOOGLEAPIS.COM/v1beta', '\n'],
  ])('without a key, refuses %s, makes no client and prints no line', async (baseUrl, key) => {
    vi.stubEnv('GEMINI_API_KEY', key);
    vi.stubEnv('GOOGLE_API_KEY', key);
    const prints = (['log', 'warn', 'error', 'debug', 'info'] as const).map((name) => vi.spyOn(console, name));
    const notes: string[] = [];
    const failed = connect(baseUrl, (line) => notes.push(line));
    await expect(failed).rejects.toMatchObject({ kind: 'auth', retryable: false });
    await expect(failed).rejects.toThrow(/^No API key: set GEMINI_API_KEY/);
    expect(notes).toEqual([]);
    for (const print of prints) expect(print).not.toHaveBeenCalled();
  });

  it.each(['http://127.0.0.1:1', 'https://proxy.example/googleapis.com', 'https://notgoogleapis.com'])(
    'connects to %s without a key',
    async (baseUrl) => {
      vi.stubEnv('GEMINI_API_KEY', '');
      vi.stubEnv('GOOGLE_API_KEY', '');
      const connection = await connect(baseUrl, () => undefined);
      await connection.close();
    },
  );

  it('connects to the endpoint of Google with a key', async () => {
    vi.stubEnv('GEMINI_API_KEY', 'key');
    vi.stubEnv('GOOGLE_API_KEY', '');
    const connection = await connect('https://generativelanguage.googleapis.com', () => undefined);
    await connection.close();
  });
});
