import { GoogleGenAI, type GoogleGenAIOptions } from '@google/genai';
import { onTestFinished } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/startEmulator.js';
import type { EmulatorAnswer, EmulatorReply } from '../../src/emulator/scenario.js';

/** Parameters for `fromGemini`, for tests in which they do not matter. */
export const params = { model: 'gemini-2.5-flash', contents: 'Hello' };

/** An emulator for one test, and the real SDK's client of it. */
export async function emulate(
  reply: EmulatorReply | EmulatorAnswer,
  httpOptions: GoogleGenAIOptions['httpOptions'] = {},
  vertexai = false,
): Promise<{ emulator: Emulator; ai: GoogleGenAI }> {
  const emulator = await startEmulator({ reply });
  onTestFinished(() => emulator.close());
  const ai = new GoogleGenAI({
    apiKey: 'test-key',
    vertexai,
    httpOptions: { baseUrl: emulator.url, apiVersion: 'v1beta', ...httpOptions },
  });
  return { emulator, ai };
}
