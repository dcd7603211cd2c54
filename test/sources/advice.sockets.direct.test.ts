import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, type Observable } from 'rxjs';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GeminiError } from '../../src/errors/geminiError.js';
import { publicError } from '../../src/errors/publicError.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fromGenerate } from '../../src/sources/fromGenerate.js';
import { fromInteraction } from '../../src/sources/interactions/fromInteraction.js';
import { startEmulator, type EmulatorOptions } from '../../src/emulator/startEmulator.js';

const secret = 'AIzaSyD-0123456789abcdefghijklmnopqrstu';

const sources: readonly (readonly [string, (ai: GoogleGenAI, model: string) => Observable<unknown>])[] = [
  ['fromGemini', (ai, model) => fromGemini(ai, { model, contents: 'Hi' })],
  ['fromGenerate', (ai, model) => fromGenerate(ai, { model, contents: 'Hi' })],
  ['fromInteraction', (ai, model) => fromInteraction(ai, { model, input: 'Hi' })],
];

const clientOf = (baseUrl: string) => new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl } });

/** An emulator for one test. */
async function start(options: EmulatorOptions) {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

async function failure(reply$: Observable<unknown>): Promise<GeminiError> {
  return lastValueFrom(reply$).then(
    () => expect.unreachable('Expected a failure'),
    (error: unknown) => {
      const failed = error as GeminiError;
      expect(failed.message).not.toContain(secret);
      expect(failed.message).not.toContain('\n');
      // A client of the application is told nothing of this.
      expect(publicError(failed).message).not.toMatch(/key|proxy|URL|models\.list/i);
      return failed;
    },
  );
}

/** The address of a server that answers with a web page, as a proxy does. */
async function startPages(status: number): Promise<string> {
  const page = `<!DOCTYPE html><html><head><title>Sign in</title></head><body>${secret}</body></html>`;
  const server = createServer((_, response) => {
    response.writeHead(status, { 'Content-Type': 'text/html' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe.each(sources)('the error of %s names the next step', (_, open) => {
  it('with a wrong key', async () => {
    const emulator = await start({ apiKey: 'right' });
    const { kind, message } = await failure(open(clientOf(emulator.url), 'm'));
    expect(kind).toBe('auth');
    expect(message).toContain('set GEMINI_API_KEY to a key from https://aistudio.google.com/apikey');
  });

  it('without a key', async () => {
    for (const name of ['GEMINI_API_KEY', 'GOOGLE_API_KEY']) vi.stubEnv(name, '');
    // Searches no credentials in the network.
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const emulator = await start({ apiKey: 'right' });
    const ai = new GoogleGenAI({ httpOptions: { baseUrl: emulator.url } });
    const { kind, message } = await failure(open(ai, 'm'));
    expect(kind).toBe('auth');
    expect(message).toMatch(/^No API key: set GEMINI_API_KEY to a key from https:/);
  });

  it('with a model that does not exist', async () => {
    const emulator = await start({ models: ['gemini-2.5-flash'] });
    const { kind, message } = await failure(open(clientOf(emulator.url), 'gemini-9'));
    expect(kind).toBe('not_found');
    expect(message).toMatch(/^The model does not exist, or is not for your key; `ai\.models\.list\(\)`.*gemini-9/);
  });

  it.each([
    [200, 'protocol', /^A web page \(HTML\) came instead of Gemini's answer: a proxy.*`httpOptions\.baseUrl`/],
    [403, 'permission', /^A web page \(HTML\) came.*\(403\)$/],
    [404, 'not_found', /^A web page \(HTML\) came.*\(404\)$/],
    [502, 'server', /^The service, or a proxy before it, failed with a web page; try again later \(502\)$/],
    [503, 'overloaded', /^The service, or a proxy before it, failed with a web page; try again later \(503\)$/],
  ])('with a web page of a proxy, status %i', async (status, kind, sentence) => {
    const error = await failure(open(clientOf(await startPages(status)), 'm'));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(sentence);
  });

  it('with a server that is not there', async () => {
    const emulator = await start({});
    await emulator.close();
    const { kind, message } = await failure(open(clientOf(emulator.url), 'm'));
    expect(kind).toBe('network');
    expect(message).toMatch(/^There is no connection to the service.*ECONNREFUSED.*; nothing listens there: check/);
  });

  it('with a host that has no address', async () => {
    const { kind, message } = await failure(open(clientOf('http://host.invalid'), 'm'));
    expect(kind).toBe('network');
    expect(message).toMatch(/; check the network, the host of the base URL, and whether a proxy is needed$/);
  });

  it('with a proxy that wants a password', async () => {
    const { kind, message } = await failure(open(clientOf(await startPages(407)), 'm'));
    expect(kind).toBe('network');
    expect(message).toMatch(/; check the network, the base URL and the proxy$/);
  });
});
