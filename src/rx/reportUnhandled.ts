import { defer } from 'rxjs';

/**
 * Hands an error that no subscriber can take to rxjs, as it does with its own: to `config.onUnhandledError` where that
 * is set, else it is thrown in a task of its own.
 */
export function reportUnhandled(cause: unknown): void {
  defer(() => {
    throw cause;
  }).subscribe();
}
