import { GoogleGenAI } from '@google/genai';
import { EMPTY, catchError, lastValueFrom, map } from 'rxjs';
import { finalResponse, fromGemini, protectReply, toGeminiError } from '../../../src/index.js';
import type { Expectations } from './expectation.js';

/** Asks a model twice, as the server of the page does, and prints the failure or the beginning of the answer. */
async function askTwice(fetch: unknown): Promise<void> {
  // Not a literal: older SDKs do not know `fetch`.
  const httpOptions = { timeout: 60_000, fetch: fetch as typeof globalThis.fetch };
  const ai = new GoogleGenAI({ apiKey: 'none', httpOptions });
  const reply$ = fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Why?' }).pipe(
    protectReply({ timeout: { first: 20_000 }, retry: {} }),
    finalResponse(),
    map(({ text }) => text.slice(0, 10)),
    catchError((error: unknown) => {
      const { kind, retryAfter } = toGeminiError(error);
      console.log(kind, retryAfter);
      return EMPTY;
    }),
  );
  for (let count = 0; count < 2; count++) console.log(await lastValueFrom(reply$, { defaultValue: 'failed' }));
}

/** The results of the examples in `docs/start.md`. */
export const start: Expectations = {
  'docs/start: A script': [
    {
      prints: /^You asked:\n\n> Why is the sky blue\?[^]*nothing else has to change\.\s+complete \{/i,
      needsFetch: true,
    },
  ],
  'docs/start: A script with progress, Ctrl-C and cost': [
    {
      prints:
        /^waiting, 0 tokens[^]*\ranswering, \d+ tokens[^]*\rcomplete, 232 tokens[^]*\ncomplete \{ outputTokens: 232, timeToFirstText: \d+, cost: 0\.0005\d+ \}$/,
      needsFetch: true,
    },
  ],
  'docs/start: Make the server fail once': [
    { prints: 'overloaded 60000\nfailed\nYou asked:', needsFetch: true, use: ({ busyOnce }) => askTwice(busyOnce) },
  ],
};
