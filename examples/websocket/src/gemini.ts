import { GoogleGenAI, type GenerateContentParameters } from '@google/genai';
import type { Observable } from 'rxjs';
import { continueFrom, createRateLimiter, fromGemini, protectReply, resumeOnDrop, type GeminiChunk } from 'rxjs-gemini';
import { startEmulator } from 'rxjs-gemini/emulator';
import { emulatedReply } from './emulatedReply.js';
import { limits } from './limits.js';

const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

const config = { maxOutputTokens: limits.outputTokens };

/**
 * Asks the model on subscription; unsubscribing closes the request.
 *
 * @param address - The address of the person, whose share of the quota is limited.
 */
export type Ask = (prompt: string, address: string) => Observable<GeminiChunk>;

/** Asks Gemini, or an emulator where there is no API key. */
export async function connectGemini(): Promise<Ask> {
  const ai = await createClient();
  // One for the whole server: all replies share the project's quota.
  const limiter = createRateLimiter(limits.requests);
  return (prompt, address) => {
    const params = { model, contents: prompt, config };
    const request = (requested: GenerateContentParameters) =>
      fromGemini(ai, requested).pipe(
        protectReply({
          timeout: { first: 30_000, each: 20_000 },
          limit: limiter.limit({ key: address }),
          retry: {},
        }),
      );
    return request(params).pipe(resumeOnDrop({ continueWith: (partial) => request(continueFrom(params, partial)) }));
  };
}

async function createClient(): Promise<GoogleGenAI> {
  const apiKey = process.env['GEMINI_API_KEY'] ?? process.env['GOOGLE_API_KEY'];
  if (apiKey) return new GoogleGenAI({ apiKey });
  const emulator = await startEmulator({ reply: emulatedReply, history: 100 });
  console.warn('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
  return new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
}
