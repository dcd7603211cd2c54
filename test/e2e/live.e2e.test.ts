import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EmulatorLiveConnection } from '../../src/emulator/live/emulatorLiveConnection.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import type { LiveInput } from '../../src/live/liveInput.js';
import type { LiveScript } from '../../src/live/script/liveScript.js';
import { violationsOf } from './support/axe.js';
import { launchBrowserWithMicrophone } from './support/microphoneBrowser.js';
import { loudnessOf, replaceMicrophoneByTone, soundOf, watchSound } from './support/soundAccount.js';
import { startApp, type App } from './support/startApp.js';

const key = 'a-secret-key-of-the-server';

/** The server's side of the next sessions: a script, or one for each connection by its number in the test. */
let script: LiveScript | ((index: number) => LiveScript);
let emulator: Emulator;
let app: App;
let browser: Browser;
/** The connections of the tests before. */
let before = 0;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  emulator = await startEmulator({
    live: ({ index }) => (typeof script === 'function' ? script(index - before) : script),
  });
  closing.push(() => emulator.close());
  browser = await launchBrowserWithMicrophone();
  closing.push(() => browser.close());
  const env = { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: emulator.url, ADDRESS_LIMIT: '1000' };
  app = await startApp('live', env);
  closing.push(() => app.stop());
}, 120_000);

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  // No session outlives its page.
  await Promise.all(emulator.liveConnections.map(({ closed }) => closed));
  before = emulator.liveConnections.length;
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

interface Opening {
  readonly url?: string;
  readonly isAllowed?: boolean;
  readonly tone?: number;
}

/** The page as a person has it. */
class Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async presses(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  async types(text: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message' }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the line of the state has this state. */
  async stands(state: string): Promise<void> {
    await this.page.locator(`#state[data-state=${state}]`).waitFor();
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** The words of the conversation, in order. */
  async words(): Promise<string[]> {
    const articles = await this.page.locator('article:not([hidden])').all();
    return Promise.all(
      articles.map(async (article) => {
        const role = (await article.getAttribute('data-role')) ?? '';
        return `${role}: ${(await article.locator('.text').innerText()).trim()}`;
      }),
    );
  }

  /** Waits until sound has gone to the loudspeaker. */
  async sounds(): Promise<void> {
    await vi.waitUntil(async () => (await loudnessOf(this.page)) > 0.01, { timeout: 10_000 });
  }
}

async function open({ url = app.url, isAllowed = true, tone }: Opening = {}): Promise<Tab> {
  const page = await browser.newPage();
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  onTestFinished(() => expect(thrown).toEqual([]));
  if (isAllowed) await page.context().grantPermissions(['microphone']);
  await watchSound(page);
  if (tone !== undefined) await replaceMicrophoneByTone(page, tone);
  await page.goto(url);
  return new Tab(page);
}

/** A connection of this test, once it has set its session up. */
async function connection(index = 0): Promise<EmulatorLiveConnection> {
  const find = () => emulator.liveConnections[before + index];
  return vi.waitUntil(() => (find()?.setup ? find() : undefined), { timeout: 10_000 });
}

/** The pieces of the microphone that the server has got. */
function piecesOf({ inputs }: { readonly inputs: readonly LiveInput[] }): Int16Array[] {
  return inputs.flatMap(({ realtimeInput }) => {
    if (realtimeInput?.audio?.data === undefined) return [];
    const bytes = Buffer.from(realtimeInput.audio.data, 'base64');
    return [new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))];
  });
}

async function hears(session: EmulatorLiveConnection, count: number): Promise<Int16Array[]> {
  await vi.waitUntil(() => piecesOf(session).length >= count, { timeout: 15_000 });
  return piecesOf(session);
}

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index} `);

describe('examples/live', { timeout: 60_000 }, () => {
  it('sends the microphone as PCM at 16 kHz, in a session that a token opened', async () => {
    script = {};
    const tab = await open();
    await tab.presses('Start');
    await tab.stands('listening');
    const session = await connection();
    const [first] = await hears(session, 20);
    expect(first).toHaveLength(512);
    const formats = new Set(session.inputs.map(({ realtimeInput }) => realtimeInput?.audio?.mimeType));
    expect([...formats]).toEqual(['audio/pcm;rate=16000']);
    // The microphone beeps.
    await vi.waitUntil(() => piecesOf(session).some((piece) => piece.some((sample) => Math.abs(sample) > 1_000)));
    expect(session.path).toMatch(
      /\.v1alpha\.GenerativeService\.BidiGenerateContentConstrained\?access_token=auth_tokens\//,
    );
    expect(session.setup).toMatchObject({
      generationConfig: { responseModalities: ['AUDIO'] },
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      sessionResumption: {},
    });
  });

  it('loses no sample of the microphone between the device and the server', async () => {
    script = {};
    const hertz = 400;
    const tab = await open({ tone: hertz });
    await tab.presses('Start');
    const pieces = await hears(await connection(), 100);
    const samples = pieces.flatMap((piece) => [...piece]);
    // A pure tone predicts each sample from the two before, but for some noise of the resampling; a lost or doubled
    // sample breaks the prediction.
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / 16_000);
    const jumps = samples.filter((sample, at) => {
      const [last = 0, secondLast = 0] = [samples[at - 1], samples[at - 2]];
      // The tone begins within the first piece.
      return at > 512 && Math.abs(sample - factor * last + secondLast) > 300;
    });
    expect(jumps).toEqual([]);
    expect(Math.max(...samples)).toBeGreaterThan(30_000);
    const level = await tab.page.locator('#level').evaluate((it) => it.style.getPropertyValue('--level'));
    expect(Number(level)).toBeGreaterThan(0.9);
  });

  it('plays what the model says without gaps, and shows the words of both sides', async () => {
    // Tones of nearly half a second.
    const steps = [
      'Once upon a time there was a page that ',
      'could speak, and it stopped at once when ',
      'it was interrupted, even within a word.',
    ];
    script = { start: { steps, inputTranscription: 'Tell me a story' } };
    const tab = await open();
    const spoken = await listens(tab.page);
    await tab.presses('Start');
    await tab.stands('speaking');
    await tab.sounds();
    await tab.stands('listening');
    expect(await tab.words()).toEqual(['user: Tell me a story', `model: ${steps.join('')}`]);
    const { pieces } = await soundOf(tab.page);
    expect(pieces).toHaveLength(3);
    expect(pieces.every(({ hasEnded, stoppedAt }) => hasEnded && stoppedAt === null)).toBe(true);
    for (const [at, { start, length }] of pieces.entries()) {
      expect(pieces[at + 1]?.start ?? start + length).toBeCloseTo(start + length, 6);
    }
    expect(await spoken()).toEqual(['Connecting…', 'Listening', 'Speaking', 'Listening']);
  });

  it('stops the sound in the task of the interruption, and drops what has not been played', async () => {
    // Most of a minute of sound, all of it sent at once; the turn lasts as long as a real one, which waits for its end.
    script = {
      start: [...words(900), { wait: 60_000 }],
      interruptedBy: ['text'],
      reply: ({ realtimeInput }) => realtimeInput?.text,
    };
    const tab = await open();
    await tab.presses('Start');
    await tab.sounds();
    await vi.waitUntil(async () => (await soundOf(tab.page)).pieces.length === 900, { timeout: 10_000 });
    await tab.types('Stop, please');
    await tab.sees('Interrupted');
    const { pieces, leftAtInterruption } = await soundOf(tab.page);
    expect(leftAtInterruption).toEqual([0]);
    const old = pieces.slice(0, 900);
    const stopped = old.filter(({ stoppedAt }) => stoppedAt !== null);
    expect(stopped.length).toBeGreaterThan(500);
    // All in a moment of the audio clock, before those that were to follow.
    const moments = stopped.map(({ stoppedAt }) => stoppedAt!);
    expect(Math.max(...moments) - Math.min(...moments)).toBeLessThan(0.1);
    expect(stopped.filter(({ start, stoppedAt }) => start > stoppedAt!).length).toBeGreaterThan(500);
    await tab.sees(/^Stop, please$/);
    await tab.stands('listening');
    await vi.waitUntil(async () => (await loudnessOf(tab.page)) === 0, { timeout: 10_000 });
    expect((await soundOf(tab.page)).pieces).toHaveLength(901);
  });

  it('releases the socket, the microphone and the sound on Stop', async () => {
    script = { start: words(900) };
    const tab = await open();
    await tab.presses('Start');
    await tab.sounds();
    const session = await connection();
    await hears(session, 5);
    await tab.presses('Stop');
    await session.closed;
    expect(session).toMatchObject({ closedBy: 'client', closeCode: 1000 });
    await tab.stands('idle');
    await vi.waitUntil(async () => (await soundOf(tab.page)).contexts.every((state) => state === 'closed'));
    const { tracks, contexts, pieces } = await soundOf(tab.page);
    expect(tracks).toEqual(['ended']);
    expect(contexts).toHaveLength(2);
    expect(pieces.filter(({ hasEnded, stoppedAt }) => !hasEnded && stoppedAt === null)).toEqual([]);
    await tab.sees('Stopped');
    expect(await tab.page.getByRole('button', { name: 'Start' }).evaluate((it) => it === document.activeElement)).toBe(
      true,
    );
  });

  it('closes the session when the microphone is refused, says so, and tries again', async () => {
    script = {};
    const tab = await open({ isAllowed: false });
    await tab.presses('Start');
    await tab.sees(/^This page may not use the microphone/);
    await tab.stands('idle');
    const session = await connection();
    await session.closed;
    expect(session).toMatchObject({ closedBy: 'client', closeCode: 1000, inputs: [] });
    await tab.page.context().grantPermissions(['microphone']);
    await tab.presses('Try again');
    await tab.stands('listening');
    await hears(await connection(1), 5);
    expect(await tab.page.getByRole('alert').isVisible()).toBe(false);
  });

  it('closes the session when the microphone is taken away', async () => {
    script = {};
    const tab = await open();
    await tab.presses('Start');
    const session = await connection();
    await hears(session, 5);
    await tab.page.evaluate(() => window.microphoneTracks[0]?.dispatchEvent(new Event('ended')));
    await tab.sees(/^The microphone was disconnected/);
    await session.closed;
    expect((await soundOf(tab.page)).tracks).toEqual(['ended']);
  });

  it('mutes: the device is off, the session stays', async () => {
    script = {};
    const tab = await open();
    await tab.presses('Start');
    const session = await connection();
    await hears(session, 5);
    await tab.presses('Mute');
    await tab.stands('ready');
    await vi.waitUntil(() => session.inputs.at(-1)?.realtimeInput?.audioStreamEnd);
    expect((await soundOf(tab.page)).tracks).toEqual(['ended']);
    const count = piecesOf(session).length;
    await tab.presses('Unmute');
    await tab.stands('listening');
    await hears(session, count + 5);
    expect((await soundOf(tab.page)).tracks).toEqual(['ended', 'live']);
    expect(session.closedAt).toBeUndefined();
  });

  it('answers what is typed, without a microphone', async () => {
    script = { reply: (_, { prompt }) => `You wrote ${prompt}` };
    const tab = await open({ isAllowed: false });
    await tab.types('مرحبا');
    await tab.sounds();
    await tab.sees('You wrote مرحبا');
    await tab.types('Hello');
    await tab.sees('You wrote Hello');
    expect(await tab.words()).toEqual([
      'user: مرحبا',
      'model: You wrote مرحبا',
      'user: Hello',
      'model: You wrote Hello',
    ]);
    expect((await soundOf(tab.page)).tracks).toEqual([]);
    expect(emulator.liveConnections.length - before).toBe(1);
    expect(await tab.page.locator('article .text[dir=auto]').count()).toBeGreaterThanOrEqual(4);
  });

  it('runs a function of the page for the model', async () => {
    const toolCall = { functionCalls: [{ name: 'getTime', args: {} }] };
    script = { reply: { steps: [{ toolCall }, 'Thank you'] } };
    const tab = await open();
    await tab.types('What time is it?');
    await tab.sees('Thank you');
    await tab.sees('Calls getTime');
    const { inputs } = await connection();
    const responses = inputs.flatMap(({ toolResponse }) =>
      toolResponse ? [toolResponse.functionResponses].flat() : [],
    );
    expect(responses).toEqual([
      expect.objectContaining({ name: 'getTime', response: { time: expect.stringMatching(/\d/) as unknown } }),
    ]);
  });

  it('keeps the order of messages of 6 MB and small ones', async () => {
    const text = (words: string, size = 0) => ({
      serverContent: { outputTranscription: { text: words } },
      padding: 'x'.repeat(size),
    });
    const steps = [text('one ', 6_000_000), text('two '), text('three ', 6_000_000), text('four '), text('five')];
    script = { start: [...steps, { serverContent: { turnComplete: true } }] };
    const tab = await open();
    await tab.presses('Start');
    await tab.sees('five');
    expect(await tab.words()).toEqual(['model: one two three four five']);
  });

  it('continues on another connection, with the same microphone', async () => {
    script = (index) =>
      index === 0
        ? { start: 'Hello', dropAfter: { inputs: 40 } }
        : { reply: (_, { prompt, isComplete }) => (isComplete ? `After ${prompt}` : undefined) };
    const tab = await open();
    await tab.presses('Start');
    await tab.stands('resumed');
    const second = await connection(1);
    await hears(second, 10);
    expect(second.handle).toMatch(/handle/);
    expect((await soundOf(tab.page)).tracks).toEqual(['live']);
    await tab.types('the drop');
    await tab.sees('After the drop');
  });

  it('shows how much of the voice was dropped because the connection is too slow', async () => {
    script = { reply: (_, { isComplete }) => (isComplete ? 'Hello' : undefined) };
    const tab = await open();
    await tab.presses('Start');
    const session = await connection();
    await hears(session, 5);
    // Nobody reads the socket any more, as the browser reports it.
    const setBuffered = (bytes: number) =>
      tab.page.evaluate((value) => {
        Object.defineProperty(WebSocket.prototype, 'bufferedAmount', { configurable: true, get: () => value });
      }, bytes);
    await setBuffered(1_000_000);
    await tab.sees('Dropped 1 piece of your voice: the connection is too slow.');
    const count = piecesOf(session).length;
    await setBuffered(0);
    await hears(session, count + 10);
    await tab.sees(/^Dropped \d+ pieces? of your voice/);
    expect(await tab.page.locator('#dropped').evaluate((it) => it.closest('[role=status],[role=alert]'))).toBeNull();
  });

  it('says in words why a session has failed, and tries again', async () => {
    script = (index) => (index === 0 ? { closeAfter: { messages: 1, code: 1008, reason: 'API key expired' } } : {});
    const tab = await open();
    await tab.presses('Start');
    await tab.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    await tab.stands('idle');
    expect(await tab.page.getByRole('alert').innerText()).not.toContain('API key');
    await tab.presses('Try again');
    await tab.stands('listening');
  });

  it('has no key in any response, and no address but the service for its sockets', async () => {
    script = {};
    const page = await browser.newPage();
    const bodies: Promise<string>[] = [];
    const sockets: string[] = [];
    page.on('response', (response) => bodies.push(response.text().catch(() => '')));
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await page.context().grantPermissions(['microphone']);
    await page.goto(app.url);
    await new Tab(page).presses('Start');
    await new Tab(page).stands('listening');
    expect(bodies.length).toBeGreaterThanOrEqual(5);
    expect((await Promise.all(bodies)).filter((body) => body.includes(key))).toEqual([]);
    expect(sockets).toHaveLength(1);
    expect(sockets.join()).not.toContain(key);
    // The policy of the page forbids any other.
    const isForbidden = page.evaluate(
      (url) =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI));
          new WebSocket(url);
        }),
      'ws://127.0.0.1:1/',
    );
    expect(await isForbidden).toContain('127.0.0.1:1');
  });

  it('is accessible, in light, in dark and in forced colours, and on a small screen', async () => {
    script = { start: { text: 'A long answer '.repeat(20), inputTranscription: 'A question '.repeat(9) } };
    const tab = await open();
    await tab.page.setViewportSize({ width: 390, height: 700 });
    const look = async () => {
      expect(await violationsOf(tab.page)).toEqual([]);
      const excess = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
      expect(await tab.page.evaluate(excess)).toBe(0);
    };
    await look();
    await tab.presses('Start');
    await tab.stands('speaking');
    await look();
    await tab.page.emulateMedia({ colorScheme: 'dark' });
    await look();
    await tab.page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    await look();
    await tab.page.evaluate(() => window.microphoneTracks[0]?.dispatchEvent(new Event('ended')));
    await tab.sees(/^The microphone was disconnected/);
    await tab.page.emulateMedia({ colorScheme: 'dark', forcedColors: 'none' });
    await look();
  });
});

describe('the server of examples/live', { timeout: 60_000 }, () => {
  const post = (url: string, headers: Record<string, string> = {}, body = '{}') =>
    fetch(`${url}token`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });

  it('gives a token to its own page only', async () => {
    const origin = app.url.slice(0, -1);
    const given = await post(app.url, { Origin: origin });
    expect(given.status).toBe(200);
    expect(given.headers.get('cache-control')).toBe('no-store');
    expect(given.headers.get('access-control-allow-origin')).toBeNull();
    expect(await given.json()).toMatchObject({
      token: expect.stringMatching(/^auth_tokens\//) as unknown,
      model: 'gemini-live-2.5-flash-preview',
      baseUrl: emulator.url,
    });
    const refused = [
      await post(app.url, { Origin: 'https://evil.example' }),
      await post(app.url, { Origin: 'null' }),
      await fetch(`${app.url}token`),
      await post(app.url, { 'Content-Type': 'text/plain' }),
      await post(app.url, {}, JSON.stringify({ long: 'x'.repeat(2_000) })),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 405, 400, 413]);
  });

  it('does not answer a page whose own name leads here', async () => {
    const { hostname, port } = new URL(app.url);
    const status = await new Promise((resolve, reject) => {
      const headers = { Host: 'evil.example', Origin: 'http://evil.example', 'Content-Type': 'application/json' };
      request({ hostname, port, path: '/token', method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        response.resume();
      })
        .on('error', reject)
        .end('{}');
    });
    expect(status).toBe(403);
  });

  it('limits the tokens of an address in a minute, and says so in the page', async () => {
    const limited = await startApp('live', { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: emulator.url }, 'serve');
    onTestFinished(() => limited.stop());
    const statuses: number[] = [];
    for (let count = 0; count < 10; count++) statuses.push((await post(limited.url)).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await post(limited.url);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    const tab = await open({ url: limited.url });
    await tab.presses('Start');
    await tab.sees(/^Too many requests; wait and try again \(\d\d s\)\.$/);
    expect(emulator.liveConnections.length - before).toBe(0);
  });

  it('speaks with an emulator of its own where there is no key: a voice is answered, and interrupts', async () => {
    const own = await startApp('live', { GEMINI_API_KEY: '', GOOGLE_API_KEY: '', GOOGLE_GEMINI_BASE_URL: '' }, 'serve');
    onTestFinished(() => own.stop());
    // A tone is a voice that ends with the microphone.
    const tab = await open({ url: own.url, tone: 300 });
    let sent = 0;
    tab.page.on('websocket', (socket) => socket.on('framesent', () => (sent += 1)));
    await tab.types('What time is it?');
    await tab.sees('Calls getTime');
    await tab.sees(/A model would read it to you\.$/);
    await tab.stands('ready');
    await tab.presses('Unmute');
    const before = sent;
    await vi.waitUntil(() => sent > before + 10, { timeout: 10_000 });
    await tab.presses('Mute');
    await tab.sees('(You spoke. The emulator does not understand speech.)');
    await tab.stands('speaking');
    await tab.presses('Unmute');
    await tab.sees('Interrupted');
    await tab.stands('listening');
  });
});

describe('npm run ask in examples/live', { timeout: 60_000 }, () => {
  it('prints the answer to one question, ends by itself and closes the session', async () => {
    script = { reply: (_, { prompt, isComplete }) => (isComplete ? ['An answer to: ', prompt] : undefined), pace: 20 };
    const { code, printed } = await run('Why is the sky blue?', {
      GEMINI_API_KEY: key,
      GOOGLE_GEMINI_BASE_URL: emulator.url,
    });
    expect({ code, printed }).toEqual({ code: 0, printed: 'An answer to: Why is the sky blue?\n' });
    const session = await connection();
    await session.closed;
    expect(session).toMatchObject({
      closedBy: 'client',
      closeCode: 1000,
      setup: { generationConfig: { responseModalities: ['TEXT'] } },
    });
  });

  it('answers without a key from an emulator', async () => {
    const { code, printed } = await run('Hello', {
      GEMINI_API_KEY: '',
      GOOGLE_API_KEY: '',
      GOOGLE_GEMINI_BASE_URL: '',
    });
    expect(code).toBe(0);
    expect(printed).toMatch(/^This is an emulator, .*\.\n$/);
  });
});

/** Runs the script with a question. */
async function run(question: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; printed: string }> {
  const cwd = fileURLToPath(new URL('../../examples/live', import.meta.url));
  const child = spawn('node', ['dist/ask.js', question], { cwd, env: { ...process.env, ...env } });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed };
}

/** Notes each change of what a screen reader is told. */
async function listens(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const spoken: string[] = [];
    const regions = [...document.querySelectorAll('[role=status],[role=alert]')];
    const last = new Map(regions.map((region) => [region, region.textContent]));
    const listen = () => {
      for (const region of regions) {
        if (last.get(region) === region.textContent) continue;
        last.set(region, region.textContent);
        if (region.textContent !== '') spoken.push(region.textContent);
      }
    };
    for (const region of regions)
      new MutationObserver(listen).observe(region, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { spoken });
  });
  return () => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
}
