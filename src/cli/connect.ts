import type { GoogleGenAI } from '@google/genai';
import { startEmulator } from '../emulator/startEmulator.js';

/** A client of Gemini, and what must be closed after its use. */
export interface Connection {
  readonly ai: GoogleGenAI;
  close(): Promise<void>;
}

/** Connects to Gemini, or to `baseUrl`; with no key and no address, to an emulator of its own. */
export async function connect(baseUrl: string | undefined, note: (line: string) => void): Promise<Connection> {
  const Client = await loadSdk();
  // A variable that is set to nothing is not set.
  const [apiKey] = [process.env['GEMINI_API_KEY'], process.env['GOOGLE_API_KEY']].filter(Boolean);
  if (apiKey !== undefined || baseUrl !== undefined) {
    const ai = new Client({ apiKey: apiKey ?? 'none', ...(baseUrl !== undefined && { httpOptions: { baseUrl } }) });
    return { ai, close: () => Promise.resolve() };
  }
  const emulator = await startEmulator();
  note('No GEMINI_API_KEY: this is the embedded emulator, not a model.');
  const ai = new Client({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
  return { ai, close: () => emulator.close() };
}

async function loadSdk(): Promise<typeof GoogleGenAI> {
  try {
    return (await import('@google/genai')).GoogleGenAI;
  } catch {
    throw new Error('`ask` talks to Gemini through the SDK, which is not installed; run: npm install @google/genai');
  }
}
