import { element } from './dom.js';

/** Keeps the end of a scrolling element in view until its reader moves up, by any step. */
export class FollowEnd {
  readonly button = element('button', {
    className: 'stage-jump',
    type: 'button',
    textContent: 'Jump to latest',
    hidden: true,
  });
  readonly #scroller: HTMLElement;
  readonly #observer: ResizeObserver;
  #isFollowing = true;
  /** Where it was scrolled to at last. A smaller value that is not ours means that the reader has moved up. */
  #top = 0;

  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
    this.button.onclick = () => {
      this.#setFollowing(true);
      this.keep();
      scroller.focus({ preventScroll: true });
    };
    scroller.addEventListener('scroll', () => this.look());
    scroller.addEventListener(
      'wheel',
      ({ deltaY }) => {
        if (deltaY < 0 && scroller.scrollTop > 0) this.#setFollowing(false);
      },
      { passive: true },
    );
    this.#observer = new ResizeObserver(() => this.keep());
    this.#observer.observe(scroller);
  }

  /** Sees whether the reader has scrolled. Call it while the layout is clean: before the text changes. */
  look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (scrollTop < this.#top) this.#setFollowing(false);
    else if (scrollTop > this.#top && scrollTop + clientHeight >= scrollHeight - 1) this.#setFollowing(true);
    this.#top = scrollTop;
  }

  /** Scrolls to the end of a text that has changed, unless the reader has moved up. */
  keep(): void {
    const { scrollHeight, clientHeight } = this.#scroller;
    // Where all of a text can be seen there is nothing to jump to.
    if (scrollHeight <= clientHeight) this.#setFollowing(true);
    if (this.#isFollowing) this.#scroller.scrollTop = scrollHeight;
    // A text that has become shorter, or a wider panel, has moved it as well.
    this.#top = this.#scroller.scrollTop;
  }

  destroy(): void {
    this.#observer.disconnect();
  }

  #setFollowing(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.button.hidden = isFollowing;
  }
}
