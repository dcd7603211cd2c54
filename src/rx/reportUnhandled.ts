import { defer } from 'rxjs';

/**
 * Reports an error that no subscriber can handle, as rxjs does: to `config.onUnhandledError` if it is set, else by a
 * throw in a separate task.
 */
export function reportUnhandled(cause: unknown): void {
  defer(() => {
    throw cause;
  }).subscribe();
}
