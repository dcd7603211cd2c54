import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startEmulator, type EmulatorScenario } from 'rxjs-gemini/emulator';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { waysToRead, type Way } from './support/waysToRead.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
const texts = ['Hello, ', 'world. ', 'Here I am.'];
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function serve(scenario: EmulatorScenario) {
  const emulator = await startEmulator({ reply: { chunks: texts, ...scenario } });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** The position after two texts: an interaction has three events before its first one. */
const second = ({ interaction = false }: Way) => ({ chunks: interaction ? 5 : 2 });

/** Whether the server sees the connection closed within 1 s after the reader has stopped, or at least after garbage collections. */
async function closes(way: Way): Promise<string> {
  const emulator = await serve({ stallAfter: second(way) });
  const seen: string[] = [];
  await way.read(emulator.url, (text) => seen.push(text), 2);
  expect(seen).toEqual(texts.slice(0, 2));
  const request = emulator.requests[0]!;
  await Promise.race([request.closed, wait(1000)]);
  if (request.closedEarly) return 'yes';
  for (let count = 0; count < 10; count++) {
    collectGarbage();
    await Promise.race([request.closed, wait(20)]);
  }
  return request.closedEarly ? 'after a garbage collection' : '**no**';
}

/** The outcome that the program gets of a reply that lacks its third text or its end. */
async function outcomeOf(way: Way, cut: EmulatorScenario): Promise<string> {
  const emulator = await serve(cut);
  const seen: string[] = [];
  try {
    await way.read(emulator.url, (text) => seen.push(text), Infinity);
    return '**success**';
  } catch {
    return 'error';
  } finally {
    expect(seen.slice(0, 2)).toEqual(texts.slice(0, 2));
  }
}

describe('the ways to read a reply, with a reader who stops and with replies that are cut', () => {
  const rows: string[] = [];
  afterAll(() => {
    console.log(rows.join('\n'));
  });

  it.each(waysToRead)('$name, stopped by $stops', async (way) => {
    const cells = [
      way.name,
      way.stops,
      await closes(way),
      await outcomeOf(way, { endAfter: second(way) }),
      await outcomeOf(way, { errorAfter: second(way) }),
      await outcomeOf(way, { dropAfter: second(way) }),
    ];
    const row = `| ${cells.join(' | ')} |`;
    rows.push(row);
    expect(page).toContain(row);
  });
});
