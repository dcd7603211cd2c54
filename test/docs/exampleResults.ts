import { GoogleGenAI } from '@google/genai';
import { expect, onTestFinished, vi } from 'vitest';
import { startEmulator } from '../../src/emulator.js';
import { exampleRedis } from './exampleRedis.js';
import { allExamples } from './examples.js';
import { usualAnswer, usualReply, type Expectation } from './expectations/expectation.js';
import { expectations } from './expectations/index.js';
import { capture, runExample } from './runExample.js';

export const examples = allExamples();
/** Each example, with a name that counts those of the same declaration or heading: `toText 1`. */
export const numbered = examples.map(({ of, code }, index) => {
  const number = examples.slice(0, index).filter((earlier) => earlier.of === of).length + 1;
  return { name: `${of} ${String(number)}`, code };
});
export const expected = new Map<string, Expectation>(
  Object.entries(expectations).flatMap(([of, list]) =>
    list.map((expectation, index) => [`${of} ${String(index + 1)}`, expectation] as const),
  ),
);

/** Runs an example, and expects what its row says. */
export async function expectResult({ name, code }: (typeof numbered)[number]): Promise<void> {
  const { prints, reply$ = usualReply, answer = usualAnswer, live, passes, use, needsRedis } = expected.get(name) ?? {};
  const emulator = await startEmulator({ reply: answer, live });
  onTestFinished(() => emulator.close());
  const ai = new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl: emulator.url, apiVersion: 'v1beta' } });
  const redis = needsRedis ? await exampleRedis() : undefined;
  await capture(async (printed) => {
    if (passes !== undefined) vi.useFakeTimers();
    await runExample(code, { ai, reply$, redis, use });
    if (passes !== undefined) vi.advanceTimersByTime(passes);
    vi.useRealTimers();
    if (prints === undefined)
      throw new Error(`Expected a row for it in test/docs/expectations; it prints:\n${printed()}`);
    const result = expect.poll(() => printed().trim(), { timeout: 5_000, interval: 10 });
    if (typeof prints === 'string') await result.toBe(prints.trim());
    else await result.toMatch(prints);
  });
}
