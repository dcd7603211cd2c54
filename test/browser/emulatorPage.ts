// The functions that the tests call in the page: the SDK's client for browsers, answered by an emulator in the page.
import { GoogleGenAI } from '@google/genai/web';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { fromGemini, fromInteraction, toGeminiError } from 'rxjs-gemini';
import { emulatorFetch, type EmulatorFetchOptions } from 'rxjs-gemini/emulator-fetch';

const params = { model: 'gemini-2.5-flash', contents: 'Hi' };

function open(options: EmulatorFetchOptions) {
  const fetch = emulatorFetch(options);
  return { fetch, ai: new GoogleGenAI({ apiKey: 'any', httpOptions: { fetch } }) };
}

const emulated = {
  /** The texts of a reply. */
  async read(options: EmulatorFetchOptions): Promise<{ texts: string[]; kind: string | undefined }> {
    const texts: string[] = [];
    const { ai } = open(options);
    const error = await new Promise<unknown>((resolve) => {
      fromGemini(ai, params).subscribe({
        next: ({ text }) => texts.push(text),
        error: resolve,
        complete: () => {
          resolve(undefined);
        },
      });
    });
    return { texts, kind: error === undefined ? undefined : toGeminiError(error).kind };
  },

  async interact(options: EmulatorFetchOptions): Promise<string> {
    const reply$ = fromInteraction(open(options).ai, { model: 'gemini-2.5-flash', input: 'Hi', background: true });
    const chunks = await lastValueFrom(reply$.pipe(toArray()));
    return chunks.map(({ text }) => text).join('');
  },

  /** The record of a reply that is left after its first chunk. */
  async leave(options: EmulatorFetchOptions) {
    const { ai, fetch } = open(options);
    await firstValueFrom(fromGemini(ai, params));
    const [exchange] = fetch.requests;
    await exchange?.closed;
    return { chunksSent: exchange?.chunksSent, closedEarly: exchange?.closedEarly };
  },
};

declare global {
  interface Window {
    readonly emulated: typeof emulated;
  }
}

Object.assign(window, { emulated });
