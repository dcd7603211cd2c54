import type { GoogleGenAI } from '@google/genai';
import { GeminiError } from '../errors/geminiError.js';
import { missingKeyAdvice } from '../errors/missingKey.js';
import { startEmulator } from '../emulator/startEmulator.js';

/** A client of Gemini, to be closed after its use. */
export interface Connection {
  readonly ai: GoogleGenAI;
  /** Whether the service is an emulator of this process, which ends with it. */
  readonly isEmbedded: boolean;
  close(): Promise<void>;
}

/**
 * Connects to Gemini, or to `baseUrl`; without a key and an address, starts an emulator and connects to it.
 *
 * @throws GeminiError - `auth`, if `baseUrl` is Google's and there is no key: the SDK would search for credentials.
 */
export async function connect(baseUrl: string | undefined, note: (line: string) => void): Promise<Connection> {
  // An empty variable counts as unset.
  const [apiKey] = [process.env['GEMINI_API_KEY'], process.env['GOOGLE_API_KEY']].filter((key) => key?.trim());
  if (apiKey === undefined && isOfGoogle(baseUrl)) throw new GeminiError(missingKeyAdvice, { kind: 'auth' });
  const Client = await loadSdk();
  if (apiKey !== undefined || baseUrl !== undefined) {
    const ai = new Client({ apiKey: apiKey ?? 'none', ...(baseUrl !== undefined && { httpOptions: { baseUrl } }) });
    return { ai, isEmbedded: false, close: () => Promise.resolve() };
  }
  const emulator = await startEmulator();
  note('No GEMINI_API_KEY: this is the embedded emulator, not a model.');
  const ai = new Client({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
  return { ai, isEmbedded: true, close: () => emulator.close() };
}

function isOfGoogle(baseUrl: string | undefined): boolean {
  const host = baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).hostname : '';
  return /(?:^|\.)googleapis\.com$/i.test(host);
}

async function loadSdk(): Promise<typeof GoogleGenAI> {
  try {
    return (await import('@google/genai')).GoogleGenAI;
  } catch {
    throw new Error('`ask` talks to Gemini through the SDK, which is not installed; run: npm install @google/genai');
  }
}
