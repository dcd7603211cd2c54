import { GoogleGenAI } from '@google/genai';
import { startEmulator } from 'rxjs-gemini/emulator';
import { emulatedSession } from './emulatedSession.js';

/** The service behind this example. */
export interface Gemini {
  readonly ai: GoogleGenAI;
  /** The address of the service; absent for Gemini's own. */
  readonly baseUrl: string | undefined;
  close(): Promise<void>;
}

/** Connects to Gemini, or starts an emulator where there is no API key. */
export async function connectGemini(): Promise<Gemini> {
  const apiKey = process.env['GEMINI_API_KEY'] ?? process.env['GOOGLE_API_KEY'];
  if (apiKey) {
    const baseUrl = process.env['GOOGLE_GEMINI_BASE_URL'];
    return { ai: new GoogleGenAI({ apiKey }), baseUrl, close: () => Promise.resolve() };
  }
  const emulator = await startEmulator({ history: 100, live: emulatedSession });
  console.warn('No GEMINI_API_KEY: an emulator answers, not a model');
  const baseUrl = emulator.url;
  const ai = new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl } });
  return { ai, baseUrl, close: () => emulator.close() };
}
