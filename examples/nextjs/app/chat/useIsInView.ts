import { useEffect, useState } from 'react';

/** Whether an element is in view, above the composer, which lies over the end of the page. */
export function useIsInView(element: HTMLElement | null): boolean {
  const [isInView, setIsInView] = useState(true);
  useEffect(() => {
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => setIsInView(entry?.isIntersecting ?? true), {
      rootMargin: '0px 0px -130px 0px',
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      setIsInView(true);
    };
  }, [element]);
  return isInView;
}
