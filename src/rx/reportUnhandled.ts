import { defer } from 'rxjs';

/**
 * Reports an error that no subscriber can handle as rxjs reports its own: to `config.onUnhandledError` if that is set,
 * else by a throw in a task of its own.
 */
export function reportUnhandled(cause: unknown): void {
  defer(() => {
    throw cause;
  }).subscribe();
}
