import { GoogleGenAI } from '@google/genai';
import { expect, it } from 'vitest';
import { defaultReply } from '../../src/emulator/defaultReply.js';
import { start } from './wire.js';

it('sends the SDK equal answers, streamed and whole', async () => {
  const emulator = await start({ reply: defaultReply({ pace: 0, firstDelay: 0 }) });
  const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
  const params = { model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' };
  let streamed = '';
  for await (const { text } of await ai.models.generateContentStream(params)) streamed += text ?? '';
  expect(streamed).toContain('> Why is the sky blue?');
  expect((await ai.models.generateContent(params)).text).toBe(streamed);
});

it('answers the SDK as Vertex AI does', async () => {
  const emulator = await start({ reply: ({ path }) => path });
  const ai = new GoogleGenAI({ vertexai: true, apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
  const { text } = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Hi' });
  expect(text).toBe('/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent');
});

it.each([{ pace: -1 }, { firstDelay: Infinity }])('throws at the call for %o', (options) => {
  expect(() => defaultReply(options)).toThrow(RangeError);
});
