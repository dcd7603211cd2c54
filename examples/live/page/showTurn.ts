import { ignoreElements, tap, type Observable } from 'rxjs';
import { functionCallsOf, type GeminiChunk } from 'rxjs-gemini';
import type { TurnView } from './turnView.js';

/** Writes the words of a turn as they come; completes with the turn. */
export function showTurn(turn$: Observable<GeminiChunk>, view: TurnView): Observable<never> {
  return turn$.pipe(
    tap((chunk) => {
      const { heard, text, stopped } = chunk;
      if (heard) view.hear(heard.text);
      for (const { name } of functionCallsOf(chunk)) view.call(name);
      view.speak(text);
      if (stopped) view.end('interrupted');
    }),
    ignoreElements(),
  );
}
