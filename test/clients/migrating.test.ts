import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { GoogleGenAI } from '@google/genai';
import { GoogleGenerativeAI } from '@google/generative-ai';
import { lastValueFrom, of, toArray } from 'rxjs';
import { startEmulator, type EmulatorAnswer, type EmulatorReply } from 'rxjs-gemini/emulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as aiSdkObjectAfter from './migrating/aiSdkObjectAfter.js';
import * as aiSdkObjectBefore from './migrating/aiSdkObjectBefore.js';
import * as aiSdkTextAfter from './migrating/aiSdkTextAfter.js';
import * as aiSdkTextBefore from './migrating/aiSdkTextBefore.js';
import * as oldSdkAfter from './migrating/oldSdkAfter.js';
import * as oldSdkBefore from './migrating/oldSdkBefore.js';
import * as rxjsAfter from './migrating/rxjsAfter.js';
import * as rxjsBefore from './migrating/rxjsBefore.js';
import * as sdkChatAfter from './migrating/sdkChatAfter.js';
import * as sdkChatBefore from './migrating/sdkChatBefore.js';
import * as sdkInteractionAfter from './migrating/sdkInteractionAfter.js';
import * as sdkInteractionBefore from './migrating/sdkInteractionBefore.js';
import * as sdkLoopAfter from './migrating/sdkLoopAfter.js';
import * as sdkLoopBefore from './migrating/sdkLoopBefore.js';
import * as sdkLoopKept from './migrating/sdkLoopKept.js';

const words = ['Hello, ', 'world. ', 'Here I am.'];

async function serve(reply: EmulatorReply | EmulatorAnswer = words) {
  const emulator = await startEmulator({ reply });
  onTestFinished(() => emulator.close());
  const { url } = emulator;
  return {
    url,
    emulator,
    ai: new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } }),
    old: new GoogleGenerativeAI('none'),
    model: createGoogleGenerativeAI({ apiKey: 'none', baseURL: `${url}/v1beta` })('gemini-2.5-flash'),
    signal: new AbortController().signal,
  };
}

type Served = Awaited<ReturnType<typeof serve>>;

/** Runs a program, and returns what it shows and its result. */
async function run<T>(program: (served: Served, show: (text: string) => void) => Promise<T>) {
  let shown = '';
  const result = await program(await serve(), (text) => (shown += text));
  return { shown, result };
}

describe('a program and its migrated form show the same', () => {
  it('loop over the SDK', async () => {
    const before = await run(({ ai, signal }, show) => sdkLoopBefore.answer(ai, 'Hi', show, signal));
    expect(before.shown).toBe(words.join(''));
    expect(before.result).toBeGreaterThan(0);
    expect(await run(({ ai, signal }, show) => sdkLoopAfter.answer(ai, 'Hi', show, signal))).toEqual(before);
    expect(await run(({ ai, signal }, show) => sdkLoopKept.answer(ai, 'Hi', show, signal))).toEqual(before);
  });

  it('chat of the SDK', async () => {
    const before = await run(({ ai }, show) => sdkChatBefore.talk(ai, ['Hi', 'And?'], show));
    expect(before.shown).toBe(words.join('').repeat(2));
    const after = await run(({ ai }, show) => sdkChatAfter.talk(ai, ['Hi', 'And?'], show));
    expect(after.shown).toBe(before.shown);
    expect(after.result.map(({ role }) => role)).toEqual(['user', 'model', 'user', 'model']);
    expect(after.result.map(textsOf)).toEqual(['Hi', words.join(''), 'And?', words.join('')]);
    // A turn of the SDK has a content for each chunk.
    expect(before.result.map(textsOf)).toEqual(['Hi', ...words, 'And?', ...words]);
  });

  it('interaction of the SDK', async () => {
    const before = await run(({ ai }, show) => sdkInteractionBefore.answer(ai, 'Hi', show));
    expect(before.shown).toBe(words.join(''));
    const after = await run(({ ai }, show) => sdkInteractionAfter.answer(ai, 'Hi', show));
    expect(after.shown).toBe(before.shown);
    for (const { result } of [before, after]) expect(result).toMatch(/./);
  });

  it('the old SDK', async () => {
    const before = await run(({ old, url }, show) => oldSdkBefore.answer(old, 'Hi', show, url));
    expect(before.shown).toBe(words.join(''));
    expect(await run(({ ai }, show) => oldSdkAfter.answer(ai, 'Hi', show))).toEqual(before);
  });

  it('streamText', async () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    onTestFinished(() => {
      log.mockRestore();
    });
    const before = await run(({ model, signal }, show) => aiSdkTextBefore.answer(model, 'Hi', show, signal));
    expect(before.shown).toBe(words.join(''));
    expect(log).toHaveBeenLastCalledWith('stop', expect.any(Number));
    expect(await run(({ ai, signal }, show) => aiSdkTextAfter.answer(ai, 'Hi', show, signal))).toEqual(before);
    expect(log).toHaveBeenLastCalledWith(
      'complete',
      expect.objectContaining({ chunks: 3, totalTokens: expect.any(Number) as number }),
    );
  });

  it('streamText with an output', async () => {
    const bread = { title: 'Bread', steps: ['Knead', 'Bake'] };
    const { model, ai } = await serve({ text: JSON.stringify(bread) });
    const titles: (string | undefined)[][] = [[], []];
    expect(await aiSdkObjectBefore.recipe(model, 'bread', (title) => titles[0]?.push(title))).toEqual(bread);
    expect(await aiSdkObjectAfter.recipe(ai, 'bread', (title) => titles[1]?.push(title))).toEqual(bread);
    expect(titles.map((each) => each.at(-1))).toEqual(['Bread', 'Bread']);
  });

  it('rxjs around the SDK', async () => {
    for (const { answers } of [rxjsBefore, rxjsAfter]) {
      const { ai } = await serve();
      expect(await lastValueFrom(answers(ai, of('Hi')).pipe(toArray()))).toEqual(words);
    }
  });
});

const textsOf = ({ parts }: { readonly parts?: readonly { readonly text?: string | undefined }[] | undefined }) =>
  parts?.map(({ text }) => text ?? '').join('');
