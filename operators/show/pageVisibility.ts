/** Whether this is a hidden page: browsers slow its timers down to one a second or one a minute. */
export function isPageHidden(): boolean {
  return typeof document !== 'undefined' && document.visibilityState === 'hidden';
}

/** Calls back each time the page is hidden, and never outside a page. Returns a function that removes the listener. */
export function onPageHidden(callback: () => void): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const page = document;
  const listener = () => {
    if (isPageHidden()) callback();
  };
  page.addEventListener('visibilitychange', listener);
  return () => {
    page.removeEventListener('visibilitychange', listener);
  };
}
