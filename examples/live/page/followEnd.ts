import { find } from './find.js';

/** The view of the page: it follows the end until the reader moves up. */
export interface View {
  /** Goes to the end, and follows it from now on. */
  follow(): void;
}

/**
 * Keeps the end of the page in view while the page grows. Any step up lets go of the end: the direction counts, not the
 * distance. The view follows again when the reader has moved down to the end, or presses the button.
 */
export function followEnd(button: HTMLElement): View {
  const page = document.documentElement;
  let isFollowing = true;
  let lastTop = 0;
  let lastEnd = 0;

  const end = () => page.scrollHeight - page.clientHeight;
  const look = () => {
    const top = page.scrollTop;
    // A page that shrinks moves the view up as well.
    const isPushed = end() < lastEnd && top >= end() - 2;
    if (top < lastTop && !isPushed) isFollowing = false;
    else if (top > lastTop && top >= end() - 2) isFollowing = true;
    remember();
  };
  const remember = () => {
    lastTop = page.scrollTop;
    lastEnd = end();
    button.hidden = isFollowing || lastTop > lastEnd - 1;
    // The browser's own anchor would move the view in between.
    page.toggleAttribute('data-follows', isFollowing);
  };
  const keep = () => {
    look();
    if (!isFollowing) return;
    page.scrollTop = page.scrollHeight;
    remember();
  };
  const follow = () => {
    isFollowing = true;
    lastTop = 0;
    keep();
  };

  addEventListener('scroll', look, { passive: true });
  addEventListener('resize', keep);
  new ResizeObserver(keep).observe(find('body'));
  button.addEventListener('click', follow);
  return { follow };
}
