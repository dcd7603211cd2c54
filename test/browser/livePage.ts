// The Live session that the tests drive in the page: the web build of the SDK, in a bundle of this file.
import { GoogleGenAI } from '@google/genai';
import { isGeminiError, fromLive, type GeminiErrorJson, type LiveInput } from 'rxjs-gemini';
import { Subject, type Subscription } from 'rxjs';

const livePage = {
  /** The sizes of the texts of the model, or the names of the other messages. */
  messages: [] as (string | number)[],
  error: undefined as GeminiErrorJson | undefined,
  input$: new Subject<LiveInput>(),
  subscription: undefined as Subscription | undefined,

  open(baseUrl: string): void {
    const ai = new GoogleGenAI({ apiKey: 'test-key', httpOptions: { baseUrl } });
    livePage.subscription = fromLive(ai, { model: 'gemini-live' }, livePage.input$).subscribe({
      next: (message) => {
        const text = message.serverContent?.modelTurn?.parts?.[0]?.text;
        livePage.messages.push(text?.length ?? Object.keys(message).join());
      },
      error: (error: unknown) => (livePage.error = isGeminiError(error) ? error.toJSON() : undefined),
    });
  },

  /** The number of inputs that were dropped, of as many pieces of sound. */
  offer(pieces: number): void {
    const audio = { data: 'A'.repeat(32_000), mimeType: 'audio/pcm;rate=16000' };
    for (let count = 0; count < pieces; count += 1) livePage.input$.next({ realtimeInput: { audio } });
  },

  close(): void {
    livePage.subscription?.unsubscribe();
  },
};

declare global {
  interface Window {
    readonly livePage: typeof livePage;
  }
}

Object.assign(window, { livePage });
