import type { Locator, Page } from 'playwright-core';

/** A chat page as a person has it: what the three pages of the examples have in common. */
export class ChatPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get box(): Locator {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  get reply(): Locator {
    return this.page.locator('article[data-role=model]').last();
  }

  get status(): Promise<string | null> {
    return this.reply.getAttribute('data-status');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Waits until the page can send: it has loaded, and is connected. */
  async types(prompt: string): Promise<void> {
    await this.box.fill(prompt);
    await this.page.locator('button:not([disabled]):not([aria-disabled=true])', { hasText: /^\s*Send\s*$/ }).waitFor();
  }

  /** Asks what nobody has asked before, and waits for its reply: `reply` is no longer an older one then. */
  async asks(prompt: string): Promise<void> {
    await this.types(prompt);
    await this.box.press('Enter');
    await this.page
      .locator(`article[data-role=user]:has-text(${JSON.stringify(prompt)}) ~ article[data-role=model]`)
      .waitFor();
  }

  async ends(status: string): Promise<void> {
    await this.reply.and(this.page.locator(`[data-status=${status}]`)).waitFor();
  }

  /** Waits until the reply shows this text. */
  async shows(text: string | RegExp): Promise<void> {
    await this.reply.locator('.text', { hasText: text }).waitFor();
  }

  /** Notes each sentence about a wait from now on; returns a function that returns them. */
  async notesWaits(): Promise<() => Promise<string>> {
    await this.page.evaluate(() => {
      const waits: string[] = [];
      const note = () => {
        const text = [...document.querySelectorAll('article[data-role=model] .wait')].at(-1)?.textContent.trim() ?? '';
        if (text !== '' && text !== waits.at(-1)) waits.push(text);
      };
      new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { waits });
    });
    return () => this.page.evaluate(() => (window as unknown as { waits: string[] }).waits.join('; '));
  }

  async notes(words: string): Promise<void> {
    await this.reply.locator('.note', { hasText: words }).filter({ visible: true }).waitFor();
  }

  /** The part of the page, in px, that is wider than the window. */
  excessWidth(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** The distance from the view to the end of the conversation, in px. */
  distanceToEnd(): Promise<number> {
    return this.page.locator('[data-scrolls]').evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
  }

  /** The number of px that are scrolled away above. */
  scrollTop(): Promise<number> {
    return this.page.locator('[data-scrolls]').evaluate((it) => it.scrollTop);
  }

  /** Turns the wheel over the conversation, up if it is negative. */
  async turnsWheel(by: number): Promise<void> {
    const { width, height } = this.page.viewportSize()!;
    await this.page.mouse.move(width / 2, height / 2);
    await this.page.mouse.wheel(0, by);
  }

  /** Presses Enter as an input method does that is still composing a word: Safari's says it by the key code only. */
  async composesWithEnter(): Promise<void> {
    await this.box.evaluate((it) => {
      const event = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, keyCode: 229 };
      it.dispatchEvent(new KeyboardEvent('keydown', event));
    });
  }

  /** Counts the changes of what a screen reader is told; returns a function that returns them so far. */
  async listens(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(() => {
      const regions = '[role=status],[role=alert],[role=log],[aria-live=polite],[aria-live=assertive]';
      const spoken: string[] = [];
      const said = new WeakMap<Element, string>();
      for (const region of document.querySelectorAll(regions)) said.set(region, region.textContent);
      const listen = () => {
        for (const region of document.querySelectorAll(regions)) {
          const text = region.textContent.trim();
          if ((said.get(region) ?? '') === text) continue;
          said.set(region, text);
          if (text !== '') spoken.push(text.slice(0, 60));
        }
      };
      new MutationObserver(listen).observe(document, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { spoken });
    });
    return () => this.page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  }
}
