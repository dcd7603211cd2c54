import { useEffect, useState } from 'react';
import { Subject, switchMap } from 'rxjs';
import { fromSse, renderEvery, takeUntilCancel, toReplyState, withMetrics, type ReplyState } from 'rxjs-gemini';

/** A reply as a component has it. */
export interface GeminiStream {
  /** The state of the reply; undefined before the first question. */
  readonly state: ReplyState | undefined;
  /** Asks; a reply that is under way is left. */
  ask(prompt: string): void;
  /** Cancels the reply, and keeps the part that has arrived. */
  stop(): void;
}

/**
 * Reads the replies of a route that answers `{ prompt }` with `toSseResponse`.
 *
 * Renders once a frame at most, however fast the chunks come. When the component is gone, the request is closed and no
 * state is set any more.
 */
export function useGeminiStream(url: string): GeminiStream {
  const [state, setState] = useState<ReplyState>();
  const [{ prompts$, stops$ }] = useState(() => ({ prompts$: new Subject<string>(), stops$: new Subject<void>() }));

  useEffect(() => {
    const states$ = prompts$.pipe(
      switchMap((prompt) =>
        fromSse(url, { json: { prompt } }).pipe(
          takeUntilCancel(stops$),
          withMetrics(),
          toReplyState(),
          renderEvery({ frame: true }),
        ),
      ),
    );
    const subscription = states$.subscribe(setState);
    return () => subscription.unsubscribe();
  }, [url, prompts$, stops$]);

  return { state, ask: (prompt) => prompts$.next(prompt), stop: () => stops$.next() };
}
