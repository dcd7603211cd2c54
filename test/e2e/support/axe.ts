import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    readonly axe: { run(options: RunOptions): Promise<AxeResults> };
  }
}

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The rules of WCAG 2.1, A and AA. */
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** The violations that axe finds in a page, each with the element it is about; `all` adds the advice of axe. */
export async function violationsOf(page: Page, rules: readonly string[] | 'all' = wcag): Promise<string[]> {
  // Not a script element: a page may forbid those that are not its own.
  await page.evaluate(await source());
  const { violations } = await page.evaluate(
    (options) => window.axe.run({ ...options, resultTypes: ['violations'] }),
    rules === 'all' ? {} : { runOnly: [...rules] },
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

let loaded: Promise<string> | undefined;

function source(): Promise<string> {
  return (loaded ??= readFile(script, 'utf8'));
}
