import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EmulatorLiveConnection } from '../../src/emulator/live/emulatorLiveConnection.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import type { LiveInput } from '../../src/live/liveInput.js';
import type { LiveScript } from '../../src/live/liveScript.js';
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

  /** Waits until sound goes to the loudspeaker. */
  async sounds(): Promise<void> {
    await vi.waitUntil(async () => (await loudnessOf(this.page)) > 0.01, { timeout: 10_000, interval: 20 });
  }
}

async function open({ isAllowed = true, tone }: Opening = {}): Promise<Tab> {
  const page = await browser.newPage();
  const thrown: string[] = [];
  page.on('pageerror', ({ message }) => thrown.push(message));
  onTestFinished(() => expect(thrown).toEqual([]));
  if (isAllowed) await page.context().grantPermissions(['microphone']);
  await watchSound(page);
  if (tone !== undefined) await replaceMicrophoneByTone(page, tone);
  await page.goto(app.url);
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
    expect(session.path).toMatch(/\.v1alpha\.GenerativeService\.BidiGenerateContentConstrained\?access_token=auth_tokens\//);
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
    // A pure tone predicts each sample from the two before; a lost or doubled one breaks the prediction.
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / 16_000);
    const jumps = samples.filter((sample, at) => {
      const [last = 0, secondLast = 0] = [samples[at - 1], samples[at - 2]];
      // The tone begins within the first piece.
      return at > 512 && Math.abs(sample - factor * last + secondLast) > 8;
    });
    expect(jumps).toEqual([]);
    expect(Math.max(...samples)).toBeGreaterThan(30_000);
  });

  it('plays what the model says without gaps, and shows the words of both sides', async () => {
    script = { start: { steps: words(12), inputTranscription: 'Tell me a story', pace: 20 } };
    const tab = await open();
    const spoken = await listens(tab.page);
    await tab.presses('Start');
    await tab.stands('speaking');
    await tab.sounds();
    await tab.stands('listening');
    expect(await tab.words()).toEqual(['user: Tell me a story', `model: ${words(12).join('').trim()}`]);
    const { pieces } = await soundOf(tab.page);
    expect(pieces).toHaveLength(12);
    expect(pieces.every(({ hasEnded, stoppedAt }) => hasEnded && stoppedAt === null)).toBe(true);
    const ends = pieces.map(({ start, length }) => start + length);
    for (const [at, { start }] of pieces.entries()) {
      const gap = start - (ends[at - 1] ?? start);
      // The model's pace may leave the player without sound, and then it waits; it never plays two pieces at once.
      expect(gap).toBeGreaterThan(-1e-9);
    }
    expect(await spoken()).toEqual(['Connecting…', 'Listening', 'Speaking', 'Listening']);
  });
});

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
