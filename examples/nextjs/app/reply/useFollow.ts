import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** The place of the view in a page that grows at its end. */
export interface Follow {
  /** Whether the view is away from the end, and does not follow it. */
  readonly isAway: boolean;
  /** Goes to the end, and follows it. */
  toEnd(): void;
}

/**
 * Keeps the end of the page in view while `content` grows, until the reader moves up by any step; again when the reader
 * comes back to the end.
 */
export function useFollow(content: RefObject<HTMLElement | null>): Follow {
  const [isAway, setIsAway] = useState(false);
  const view = useRef({ isFollowing: true, top: 0 });

  const look = useCallback(() => {
    const { current: seen } = view;
    const { scrollY: top } = window;
    const below = document.documentElement.scrollHeight - window.innerHeight - top;
    // A page that has become shorter moves the view up as well, but to its end.
    if (top < seen.top - 0.5 && below > 1) seen.isFollowing = false;
    else if (top > seen.top && below <= 2) seen.isFollowing = true;
    seen.top = top;
    setIsAway(!seen.isFollowing && below > 1);
  }, []);

  const scrollToEnd = useCallback(() => {
    window.scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
    view.current.top = window.scrollY;
  }, []);

  useEffect(() => {
    const onResize = () => {
      look();
      if (view.current.isFollowing) scrollToEnd();
    };
    const observer = new ResizeObserver(onResize);
    if (content.current) observer.observe(content.current);
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', onResize);
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', onResize);
    };
  }, [content, look, scrollToEnd]);

  const toEnd = useCallback(() => {
    view.current.isFollowing = true;
    setIsAway(false);
    scrollToEnd();
  }, [scrollToEnd]);

  return { isAway, toEnd };
}
