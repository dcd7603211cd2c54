import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { apiError, startEmulator, type EmulatorAnswer } from 'rxjs-gemini/emulator';
import { expect, onTestFinished } from 'vitest';

const here = fileURLToPath(new URL('../', import.meta.url));
const words = ['Hello, ', 'world.'];

/** Answers that a program asks for by its prompt. */
const answers: Readonly<Record<string, EmulatorAnswer>> = {
  whole: { chunks: words, pace: 5 },
  cut: { chunks: words, endAfter: { chunks: 1 } },
  silent: { chunks: words, stallAfter: { chunks: 1 } },
  json: { text: '{"title":"Bread","steps":["Knead","Bake"]}' },
};

async function serve() {
  let isBusy = true;
  const emulator = await startEmulator({
    reply: ({ prompt }) => {
      if (prompt !== 'busy') return answers[prompt] ?? words;
      const error = apiError({ code: 429, retryDelay: 50 });
      const answer = isBusy ? { error } : 'Here I am.';
      isBusy = false;
      return answer;
    },
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Runs a program of the built package on another runtime, and returns its standard output. */
async function run(name: 'bun' | 'deno', args: readonly string[], env: Readonly<Record<string, string>>) {
  const options = { env: { ...process.env, ...env }, timeout: 25_000 };
  const { stdout } = await promisify(execFile)(`${here}node_modules/.bin/${name}`, [...args], options);
  return stdout;
}

/** Expects that the sources, the chat, the JSON and the sockets of the library work on a runtime. */
export async function expectSources(name: 'bun' | 'deno', flags: readonly string[]): Promise<void> {
  const emulator = await serve();
  const env = { GOOGLE_GEMINI_BASE_URL: emulator.url };
  const results = JSON.parse(await run(name, [...flags, `${here}servers/runtimeChecks.mjs`], env)) as unknown;
  expect(results).toEqual({
    streaming: words,
    cut: ['truncated', 'Hello, '],
    retried: 'Here I am.',
    unsubscribed: 'Hello, ',
    fromSse: words,
    createChat: ['user', 'model', 'user', 'model'],
    parseJson: { title: 'Bread', steps: ['Knead', 'Bake'] },
    webSocketReplies: words,
  });
  const left = emulator.requests.find(({ body }) => JSON.stringify(body).includes('"silent"'));
  await left?.closed;
  expect(left).toMatchObject({ closedEarly: true, chunksSent: 1 });
  expect(emulator.requests.filter(({ status }) => status === 429)).toHaveLength(1);
}

/** Expects that the command streams a reply on a runtime. */
export async function expectCommand(name: 'bun' | 'deno', flags: readonly string[]): Promise<void> {
  const { url } = await serve();
  const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
  const shown = await run(name, [...flags, cli, 'ask', '--base-url', url, 'whole'], { GEMINI_API_KEY: 'none' });
  expect(shown.trim()).toBe(words.join(''));
}
