// The functions that the tests call in the page: the browser loads a bundle of this file and nothing else.
import type { Subscription } from 'rxjs';
import { fromSse, isGeminiError, type FromSseInit, type GeminiChunk, type GeminiErrorJson } from 'rxjs-gemini';

/** All that a subscription gave. */
export interface PageOutcome {
  readonly chunks: GeminiChunk[];
  readonly error: GeminiErrorJson | undefined;
}

const page = {
  chunks: [] as GeminiChunk[],
  subscription: undefined as Subscription | undefined,

  /** Reads a reply to its end. */
  read(input: string, init?: FromSseInit): Promise<PageOutcome> {
    return new Promise((settle) => {
      page.open(input, init, (error) => {
        settle({ chunks: page.chunks, error: isGeminiError(error) ? error.toJSON() : undefined });
      });
    });
  },

  /** Begins to read one. */
  open(input: string, init?: FromSseInit, onEnd?: (error?: unknown) => void): void {
    page.chunks = [];
    page.subscription = fromSse(input, init, { reconnect: { delay: 0 } }).subscribe({
      next: (chunk) => page.chunks.push(chunk),
      error: (error: unknown) => onEnd?.(error),
      complete: () => onEnd?.(),
    });
  },

  leave(): void {
    page.subscription?.unsubscribe();
  },
};

declare global {
  interface Window {
    readonly page: typeof page;
  }
}

Object.assign(window, { page });
