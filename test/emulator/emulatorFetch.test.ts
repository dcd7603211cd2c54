import { GoogleGenAI } from '@google/genai';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import { emulatorFetch } from '../../src/emulator/emulatorFetch.js';
import { fromGemini } from '../../src/sources/fromGemini.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('is the global `fetch` of any SDK, for the time of a test', async () => {
  const fetch = emulatorFetch({ reply: ['one ', 'two'] });
  vi.stubGlobal('fetch', fetch);
  const ai = new GoogleGenAI({ apiKey: 'any' });
  const params = { model: 'gemini-2.5-flash', contents: 'Hi' };
  expect((await ai.models.generateContent(params)).text).toBe('one two');
  const chunks = await lastValueFrom(fromGemini(ai, params).pipe(toArray()));
  expect(chunks.map(({ text }) => text)).toEqual(['one ', 'two']);
  expect(fetch.requests).toHaveLength(2);
});
