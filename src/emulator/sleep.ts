/**
 * Resolves after so many ms, at once for 0, never for `Infinity`, or as soon as the signal aborts. Leaves no timer and
 * no listener.
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms === 0) {
      resolve();
      return;
    }
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = ms === Infinity ? undefined : setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}
