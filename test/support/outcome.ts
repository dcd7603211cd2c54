import { lastValueFrom, materialize, toArray, type Observable } from 'rxjs';
import { isGeminiError, type GeminiError } from '../../src/errors/geminiError.js';

/** All that a subscription gave: its values in order, and its end. */
export interface Outcome<T> {
  readonly values: T[];
  readonly error: GeminiError | undefined;
  readonly isComplete: boolean;
}

/** Subscribes and waits for the end. Rejects if the failure is not a `GeminiError`. */
export async function outcomeOf<T>(source: Observable<T>): Promise<Outcome<T>> {
  const notifications = await lastValueFrom(source.pipe(materialize(), toArray()));
  const values = notifications.flatMap((notification) => (notification.kind === 'N' ? [notification.value] : []));
  const end = notifications.at(-1);
  const raw: unknown = end?.kind === 'E' ? end.error : undefined;
  if (raw !== undefined && !isGeminiError(raw)) throw new Error('Not a GeminiError', { cause: raw });
  return { values: values, error: raw, isComplete: end?.kind === 'C' };
}

/** Waits for the first value and gives it with the subscription, which is still open. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
