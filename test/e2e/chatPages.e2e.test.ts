import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiError } from '../../src/emulator/apiError.js';
import type { EmulatorScenario } from '../../src/emulator/scenario.js';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import { violationsOf } from './support/axe.js';
import { launchBrowser } from './support/browser.js';
import { ChatPage } from './support/chatPage.js';
import { placeOf } from './support/placeOf.js';
import { freePort, startApp, type App } from './support/startApp.js';

/** The chat pages of the examples; `npm ci` in their folders comes first. */
const pages = [
  { example: 'angular', path: '' },
  { example: 'nextjs', path: 'chat' },
  { example: 'websocket', path: '' },
];

const fence = '```';
const longWord = 'https://example.test/'.padEnd(400, 'a');
const code = `const answer = "${'x'.repeat(300)}";\nreturn answer;`;
const rich = `# A heading

Some **bold** text, \`code\`, and ${longWord}.

- one
  - two
- three

| ${Array.from({ length: 12 }, (_, at) => `column_${at}`).join(' | ')} |
|${'---|'.repeat(12)}
| ${Array.from({ length: 12 }, (_, at) => `value_number_${at}`).join(' | ')} |

${fence}js
${code}
${fence}

שלום עולם, זו פסקה בעברית.

The end.`;

const codeLines = [`${fence}js`, ...Array.from({ length: 8 }, (_, at) => `let value${at} = ${at};`), fence];

const afterCode = 'After the code there are some more words.';
const returned = [...codeLines.map((line) => `${line}\r\n`), '\r\n', ...afterCode.split(/(?<= )/)];

async function* lines(count = Infinity): AsyncGenerator<string> {
  for (let line = 1; line <= count; line++) yield `Line ${line} of a long answer.\n\n`;
}

/** The answers of the model, by the first word of the prompt and the number of times that it was asked. */
const scenarios: Record<string, (attempt: number) => EmulatorScenario> = {
  Long: () => ({ chunks: lines(), pace: 40 }),
  Words: () => ({ text: 'A reply of some words that come one after the other. '.repeat(12), pace: 60 }),
  Rich: () => ({ text: rich, pace: 1 }),
  // Not a broken connection, after which a server may continue the answer.
  Cut: () => ({ text: 'All is well, **until it breaks', pace: 20, finishReason: 'SAFETY' }),
  Limit: () => ({ text: 'This is **only half', finishReason: 'MAX_TOKENS' }),
  Nested: () => ({ chunks: ['>'.repeat(60), ' Inside of all.'] }),
  Endless: () => ({ chunks: ['>'.repeat(4_000), ' Inside of more.'] }),
  Returns: () => ({ chunks: returned, pace: 100 }),
  Nothing: () => ({ chunks: [''], finishReason: 'STOP' }),
  Busy: (attempt) =>
    attempt === 0 ? { error: apiError({ code: 429, retryDelay: 3_000 }) } : { text: 'Now there was room.' },
  Silent: () => ({ text: 'It thinks and then goes on with it.', stallAfter: { chunks: 2, duration: 6_000 } }),
  Refused: () => ({ error: apiError({ code: 400 }) }),
  BreakLate: () => ({ chunks: lines(60), pace: 40, finishReason: 'SAFETY' }),
};

let emulator: Emulator;
let browser: Browser;

beforeAll(async () => {
  const attempts = new Map<string, number>();
  emulator = await startEmulator({
    reply: ({ prompt }) => {
      const attempt = attempts.get(prompt) ?? 0;
      attempts.set(prompt, attempt + 1);
      return scenarios[/\w+/.exec(prompt)?.[0] ?? '']?.(attempt) ?? {};
    },
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await emulator.close();
});

/** The requests with a prompt. */
const asked = (prompt: string) => emulator.requests.filter(({ body }) => JSON.stringify(body).includes(prompt));

describe.each(pages)('the chat page of examples/$example', ({ example, path }) => {
  let app: App;

  beforeAll(async () => {
    app = await startApp(example, {
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: emulator.url,
      NEXT_TELEMETRY_DISABLED: '1',
      API_PORT: String(await freePort()),
      // All people of these tests come from one address.
      ADDRESS_LIMIT: '1000',
    });
  }, 240_000);

  afterAll(() => app.stop());

  /** Each person has a browser of their own, in which nothing may be thrown. */
  const it = test.extend<{ open: (options?: BrowserContextOptions) => Promise<ChatPage> }>({
    open: async ({ task: _ }, use) => {
      const contexts: BrowserContext[] = [];
      const thrown: string[] = [];
      await use(async (options = {}) => {
        const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
        context.setDefaultTimeout(20_000);
        context.on('weberror', (error) => void thrown.push(String(error.error())));
        contexts.push(context);
        const page = await context.newPage();
        await page.goto(app.url + path);
        await page.locator('[data-scrolls]').waitFor();
        return new ChatPage(page);
      });
      for (const context of contexts) await context.close();
      expect(thrown).toEqual([]);
    },
  });

  describe('checklist', { timeout: 60_000 }, () => {
    it('sends once at a double click, and does not stop', async ({ open }) => {
      const chat = await open();
      const prompt = `Words for a double click on ${example}`;
      await chat.types(prompt);
      const before = await placeOf(chat.button('Send'));
      await chat.button('Send').dblclick();
      await chat.ends('streaming');
      expect(await placeOf(chat.button('Send'))).toEqual(before);
      await chat.ends('complete');
      expect(asked(prompt)).toHaveLength(1);
    });

    it('does not send with the Enter of an input method', async ({ open }) => {
      const chat = await open();
      const prompt = `Words composed on ${example}`;
      await chat.types(prompt);
      await chat.composesWithEnter();
      expect(await chat.box.inputValue()).toBe(prompt);
      await chat.box.press('Shift+Enter');
      await chat.box.press('Enter');
      await chat.ends('complete');
      expect(asked(prompt)).toHaveLength(1);
    });

    it('lets go of the end at the smallest step up, stays there, and jumps back', async ({ open }) => {
      const chat = await open();
      await chat.asks(`Long for scrolling on ${example}`);
      await chat.shows('Line 40 ');
      await expect.poll(() => chat.distanceToEnd()).toBeLessThan(4);
      await chat.turnsWheel(-3);
      await chat.button('Jump to latest').waitFor();
      const top = await chat.scrollTop();
      await chat.shows('Line 70 ');
      expect(await chat.scrollTop()).toBe(top);
      await chat.button('Jump to latest').click();
      await expect.poll(() => chat.distanceToEnd()).toBeLessThan(4);
      await chat.button('Jump to latest').waitFor({ state: 'hidden' });
      await chat.shows('Line 90 ');
      await expect.poll(() => chat.distanceToEnd()).toBeLessThan(4);
      await chat.button('Stop').click();
      await chat.ends('cancelled');
      await chat.notes('Stopped.');
    });

    it('tells a screen reader of a reply at most three times', async ({ open }) => {
      const chat = await open();
      const spoken = await chat.listens();
      await chat.asks(`Words to be heard on ${example}`);
      await chat.ends('complete');
      await expect.poll(async () => (await spoken()).length).toBeGreaterThan(0);
      expect((await spoken()).length, (await spoken()).join('; ')).toBeLessThanOrEqual(3);
    });

    it('shows Markdown, in its direction, with code that can be copied', async ({ open }) => {
      const chat = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
      await chat.asks(`Rich for reading on ${example}`);
      await chat.ends('complete');
      const { reply, page } = chat;
      expect(await reply.locator('.text').innerText()).not.toContain('**');
      expect(await reply.locator('strong').innerText()).toBe('bold');
      expect(await reply.locator('.table table').count()).toBe(1);
      await expect.poll(() => reply.locator('.code [class^=hljs-]').count(), { timeout: 10_000 }).toBeGreaterThan(0);
      const directionOf = (text: string) => reply.getByText(text).evaluate((it) => getComputedStyle(it).direction);
      expect([await directionOf('שלום'), await directionOf('The end.')]).toEqual(['rtl', 'ltr']);
      expect(await chat.box.getAttribute('dir')).toBe('auto');
      await chat.button('Copy code').click();
      await page.getByText('Copied').waitFor();
      expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe(code);
    });

    it('is never wider than its window, and scrolls tables and code by themselves', async ({ open }) => {
      const chat = await open();
      await chat.asks(`Rich with ${longWord} on ${example}`);
      await chat.ends('complete');
      // 720 px are 1440 px at 200 %.
      for (const width of [1440, 768, 720, 390, 320]) {
        await chat.page.setViewportSize({ width, height: 800 });
        expect(await chat.excessWidth(), `${width} px`).toBeLessThanOrEqual(0);
      }
      for (const part of ['.table', '.code pre']) {
        const scroller = chat.reply.locator(part).first();
        expect(await scroller.evaluate((it) => it.scrollWidth - it.clientWidth), part).toBeGreaterThan(0);
        expect(await scroller.getAttribute('tabindex')).toBe('0');
      }
    });

    it('shows quotes without end as text, within its window, and the answers after them', async ({ open }) => {
      const chat = await open({ viewport: { width: 390, height: 700 } });
      for (const [word, end] of [
        ['Nested', 'Inside of all.'],
        ['Endless', 'Inside of more.'],
        ['Words', 'A reply of some words'],
      ]) {
        await chat.asks(`${word} for a narrow page on ${example}`);
        await chat.shows(end!);
        expect(await chat.excessWidth(), word).toBeLessThanOrEqual(0);
        await chat.ends('complete');
      }
    });

    it('shows the lines of a model that ends them with a carriage return, each once', async ({ open }) => {
      const chat = await open();
      await chat.asks(`Returns on ${example}`);
      await chat.ends('complete');
      await chat.shows(afterCode);
      expect((await chat.reply.locator('.code code').innerText()).trim()).toBe(codeLines.slice(1, -1).join('\n'));
      expect(await chat.reply.locator('.text p').allInnerTexts()).toEqual([afterCode]);
    });

    it('can be used by all, in light, in dark and in the colours of a person', async ({ open }) => {
      const chat = await open();
      await chat.asks(`Rich for all on ${example}`);
      await chat.ends('complete');
      await chat.page.emulateMedia({ colorScheme: 'light' });
      expect(await violationsOf(chat.page)).toEqual([]);
      await chat.page.emulateMedia({ colorScheme: 'dark' });
      expect(await violationsOf(chat.page, ['color-contrast'])).toEqual([]);
      await chat.page.emulateMedia({ forcedColors: 'active' });
      for (const part of ['.code', 'article[data-role=user]', 'form textarea']) {
        // A background is not drawn in forced colours: a border or an outline is, of the element or of one around or in it.
        const hasEdge = await chat.page
          .locator(part)
          .first()
          .evaluate((it) =>
            [it, it.parentElement!, ...it.children].some((one) => {
              const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(one);
              return (borderTopStyle !== 'none' && borderTopWidth !== '0px') || outlineStyle !== 'none';
            }),
          );
        expect(hasEdge, part).toBe(true);
      }
    });

    it('shows no open mark of an answer that was cut off, and says why it ended', async ({ open }) => {
      const chat = await open();
      await chat.asks(`Cut on ${example}`);
      await chat.ends('failed');
      // The page draws its text in a later frame than its status.
      await expect
        .poll(() => chat.reply.locator('.text').innerText(), { timeout: 10_000 })
        .toMatch(/^All is well, until it/);
      expect(await chat.reply.locator('.failure code').innerText()).toBe('safety');

      await chat.asks(`Limit on ${example}`);
      await chat.notes('The answer reached its length limit (MAX_TOKENS).');
      expect((await chat.reply.locator('.text').innerText()).trim()).toBe('This is only half');

      await chat.asks(`Nothing on ${example}`);
      await chat.notes('The answer is empty.');
    });

    it('counts down to another try, and says how long it is silent', async ({ open }) => {
      const chat = await open();
      const waits = await chat.notesWaits();
      await chat.asks(`Busy on ${example}`);
      await chat.shows('Now there was room.');
      expect(await waits()).toMatch(/again in 2 s.*; .*again in 1 s/);
      expect(await chat.reply.locator('.wait').filter({ visible: true }).count()).toBe(0);

      await chat.asks(`Silent on ${example}`);
      await chat.ends('complete');
      expect(await waits()).toMatch(/No text for 3 s; No text for 4 s/);
    });

    it('shows a failure where the reader is', async ({ open }) => {
      const chat = await open();
      await chat.asks(`BreakLate on ${example}`);
      await chat.shows('Line 30 ');
      await chat.turnsWheel(-400);
      await chat.button('Jump to latest').waitFor();
      await chat.ends('failed');
      const failure = chat.reply.locator('.failure');
      const isInView = () => failure.evaluate((it) => it.getBoundingClientRect().top < innerHeight);
      expect(await isInView()).toBe(false);
      await chat.button('Show').click();
      await expect.poll(isInView).toBe(true);

      await chat.asks(`Refused on ${example}`);
      await chat.ends('failed');
      await expect.poll(isInView).toBe(true);
      expect(await failure.locator('code').innerText()).toBe('invalid_request');
    });

    it('asks nothing when it is loaded again', async ({ open }) => {
      const chat = await open();
      await chat.asks(`Words and a reload on ${example}`);
      await chat.shows('A reply of some words');
      await chat.page.reload();
      await chat.page.locator('[data-scrolls]').waitFor();
      await chat.types('Something else');
      expect(asked(`Words and a reload on ${example}`)).toHaveLength(1);
    });
  });
});
