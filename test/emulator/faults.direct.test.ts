import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { start } from './wire.js';

// Faults that SDK 1.x does not notice.

describe('errorAfter', () => {
  it('is the error that the SDK throws', async () => {
    const emulator = await start({ reply: { text: 'one two three four', errorAfter: { chunks: 1 } } });
    const ai = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: emulator.url } });
    const texts: (string | undefined)[] = [];
    const read = async () => {
      for await (const { text } of await ai.models.generateContentStream({ model: 'M', contents: 'Hi' }))
        texts.push(text);
    };
    await expect(read()).rejects.toMatchObject({ name: 'ApiError', status: 503 });
    expect(texts).toEqual(['one two three']);
  });
});
