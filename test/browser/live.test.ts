import type { Browser, Page } from 'playwright-core';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../e2e/support/browser.js';
import { eventually, goAway, handle, setUp, speech, startLiveServer, turnComplete } from '../support/liveServer.js';
import { startPageServer, type PageServer } from './support/servePage.js';

let browser: Browser;
let server: PageServer;
let page: Page;

beforeAll(async () => {
  const entry = fileURLToPath(new URL('livePage.ts', import.meta.url));
  server = await startPageServer(entry, (response) => response.writeHead(404).end());
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  await page.goto(server.url);
});

afterEach(() => page.close());

const open = (url: string) => page.evaluate((address) => window.livePage.open(address), url);
const messages = () => page.evaluate(() => window.livePage.messages);
const error = () => page.evaluate(() => window.livePage.error);

describe('fromLive in Chromium, with the web build of the SDK', () => {
  it('keeps the order of a frame of 6 MB and the small ones after it', async () => {
    const big = 'x'.repeat(6_000_000);
    const live = await startLiveServer({
      onSetup: (peer) => peer.say(setUp, speech(big), speech('2'), speech('33'), speech('444'), turnComplete),
    });
    await open(live.url);
    await eventually(async () => expect(await messages()).toHaveLength(6));
    expect(await messages()).toEqual(['setupComplete', big.length, 1, 2, 3, 'serverContent']);
  });

  it('fails with the code and the reason of a close, and as `protocol` for a frame that is no message', async () => {
    const refusing = await startLiveServer({ onSetup: ({ socket }) => socket.close(1007, 'API key not valid') });
    await open(refusing.url);
    await eventually(async () => expect(await error()).toMatchObject({ kind: 'auth', status: 1007 }));
    const odd = await startLiveServer({ onSetup: ({ socket }) => socket.send(Buffer.from([0xff, 0xfe, 0x00])) });
    await open(odd.url);
    await eventually(async () => expect(await error()).toMatchObject({ kind: 'protocol' }));
    expect(await odd.peers[0]!.closed).toBe(1000);
  });

  it('closes the socket when it is left, and hands over on `goAway`', async () => {
    const live = await startLiveServer({
      onSetup: (peer) => peer.say(...(peer.index === 0 ? [setUp, handle('h1'), goAway('60s')] : [setUp])),
    });
    await open(live.url);
    const second = await live.peer(1);
    expect(await live.peers[0]!.closed).toBe(1000);
    await eventually(async () => expect((await messages()).at(-1)).toBe('setupComplete,resumed'));
    await page.evaluate(() => window.livePage.close());
    expect(await second.closed).toBe(1000);
  });

  it('bounds the sound that waits for a receiver that has stalled', async () => {
    const live = await startLiveServer({
      onSetup: (peer) => {
        peer.say(setUp);
        peer.socket.pause();
      },
    });
    await open(live.url);
    await eventually(async () => expect(await messages()).toEqual(['setupComplete']));
    await page.evaluate(() => window.livePage.offer(1_250));
    expect(await messages()).toEqual(['setupComplete', 'dropped']);
    live.peers[0]!.socket.resume();
    await eventually(() => expect(live.peers[0]!.inputs.length).toBeGreaterThan(5));
    // The 256 kB that may wait, and the piece that went beyond.
    expect(live.peers[0]!.inputs.length).toBeLessThan(12);
  });
});
