import { GoogleGenAI } from '@google/genai';
import type { Observable } from 'rxjs';
import { createRateLimiter, fromGemini, protectReply, type GeminiChunk } from 'rxjs-gemini';
import { startEmulator, type EmulatorReply } from 'rxjs-gemini/emulator';

const model = process.env['GEMINI_MODEL'] ?? 'gemini-2.5-flash';

// The page shows the text as it arrives.
const config = { systemInstruction: 'Answer in plain text, without Markdown.' };

/** Asks the model on subscription; unsubscribing closes the request. */
export type Ask = (prompt: string) => Observable<GeminiChunk>;

/** Asks Gemini, or an emulator where there is no API key. */
export async function connectGemini(): Promise<Ask> {
  const ai = await createClient();
  // One for the whole server: all replies share the project's quota.
  const limiter = createRateLimiter({ requestsPerMinute: 60, concurrency: 8, maxQueued: 100 });
  return (prompt) =>
    fromGemini(ai, { model, contents: prompt, config }).pipe(
      protectReply({ timeout: { first: 30_000, each: 20_000 }, limit: limiter.limit(), retry: {} }),
    );
}

async function createClient(): Promise<GoogleGenAI> {
  const apiKey = process.env['GEMINI_API_KEY'] ?? process.env['GOOGLE_API_KEY'];
  if (apiKey) return new GoogleGenAI({ apiKey });
  const emulator = await startEmulator({ reply: emulated, history: 100 });
  console.warn('No GEMINI_API_KEY: the replies come from an emulator, not from a model');
  return new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: emulator.url } });
}

/** Long enough for a second tab to be opened. */
const emulated: EmulatorReply = ({ prompt }) => ({
  firstDelay: 400,
  pace: 110,
  text: `You asked: “${prompt}”

This comes from a local emulator, not from a model: it speaks Gemini's wire protocol, needs no key and costs nothing. Set GEMINI_API_KEY and start the server again for a real answer.

Open this page in a second tab while the words still come. The new tab gets all that it missed in one piece, and then each word at the same moment as this one. However many tabs watch, there is one request to the model: shareReply takes care of that.

Now press Stop in either of them. The reply ends in both, and the server closes its request in that moment, so that the model stops writing what nobody wants to read. The same happens when the last tab is closed: nobody watches any more, and a second later the request is gone.

A tab that is slow, on a bad line for example, holds nobody up. What it cannot take yet is merged on the server into one piece that waits for it, and it catches up with a single message.

Lose the connection and the page opens a new one by itself. What went on meanwhile is there when it comes back.`,
});
