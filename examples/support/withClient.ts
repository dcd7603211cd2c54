import { GoogleGenAI } from '@google/genai';
import { startEmulator, type EmulatorReply } from 'rxjs-gemini/emulator';

/**
 * Runs an example with a client of Gemini, or, where there is no GEMINI_API_KEY, of an emulator.
 *
 * @param run - The example.
 * @param reply - The answer of the emulator, where it matters to the example.
 */
export async function withClient(run: (ai: GoogleGenAI) => Promise<void>, reply?: EmulatorReply): Promise<void> {
  const apiKey = process.env['GEMINI_API_KEY'] ?? process.env['GOOGLE_API_KEY'];
  // The SDK reads the address: a process that an example starts uses the emulator of that example.
  if (apiKey ?? process.env['GOOGLE_GEMINI_BASE_URL']) {
    await run(new GoogleGenAI({ apiKey: apiKey ?? 'none' }));
    return;
  }
  const emulator = await startEmulator({ reply });
  process.env['GOOGLE_GEMINI_BASE_URL'] = emulator.url;
  try {
    await run(new GoogleGenAI({ apiKey: 'none' }));
  } finally {
    await emulator.close();
  }
}
