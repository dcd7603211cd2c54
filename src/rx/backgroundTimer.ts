/**
 * Calls `callback` after `delay` ms, unless the returned function is called before. A Node process does not wait for the
 * timer: with rxjs, it would, so the timer is the platform's own.
 */
export function backgroundTimer(delay: number, callback: () => void): () => void {
  const timer: unknown = setTimeout(callback, delay);
  // A browser's timer is a number.
  (timer as { readonly unref?: () => void }).unref?.();
  return () => {
    clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  };
}
