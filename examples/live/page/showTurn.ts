import { defer, ignoreElements, tap, type Observable } from 'rxjs';
import { functionCallsOf, type GeminiChunk } from 'rxjs-gemini';
import type { Conversation } from './conversation.js';

/** Writes a turn into the conversation as it comes. */
export function showTurn(turn$: Observable<GeminiChunk>, conversation: Conversation): Observable<never> {
  return defer(() => {
    const view = conversation.addTurn();
    return turn$.pipe(
      tap({
        next(chunk) {
          const { heard, text, stopped } = chunk;
          if (heard) view.hear(heard.text);
          for (const { name } of functionCallsOf(chunk)) view.call(name);
          view.speak(text);
          if (stopped) view.end('interrupted');
        },
        complete: () => view.end('complete'),
        error: () => view.end('stopped'),
        unsubscribe: () => view.end('stopped'),
      }),
      ignoreElements(),
    );
  });
}
