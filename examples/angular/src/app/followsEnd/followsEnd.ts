import { afterNextRender, DestroyRef, Directive, ElementRef, inject, signal } from '@angular/core';

/** Browsers round the place of a page that is enlarged, in px. */
const rounding = 1;

/**
 * Keeps the end of a text in view while it grows, until its reader moves up. The direction of a move decides and not the
 * distance from the end: a reader who has moved by one line wants to read that line.
 */
@Directive({
  selector: '[appFollowsEnd]',
  exportAs: 'followsEnd',
  host: {
    'data-scrolls': '',
    '(scroll)': 'look()',
    // The browser keeps the text of a reader in its place. At the end it would be a move that nobody has made.
    '[style.overflow-anchor]': "follows() ? 'none' : 'auto'",
  },
})
export class FollowsEnd {
  readonly #view = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  readonly #follows = signal(true);
  readonly #below = signal(0);
  /** The place at the last look, and the last place that there was. */
  #top = 0;
  #end = 0;

  /** Whether the end stays in view. */
  readonly follows = this.#follows.asReadonly();
  /** The length of the text below the view, in px. */
  readonly below = this.#below.asReadonly();

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const observer = new ResizeObserver(() => this.#settle());
      for (const element of [this.#view, ...this.#view.children]) observer.observe(element);
      destroyed.onDestroy(() => observer.disconnect());
    });
  }

  /** Shows the end, and follows it from now on. */
  toEnd(): void {
    this.#follows.set(true);
    this.#settle();
  }

  protected look(): void {
    const { scrollTop: top, scrollHeight, clientHeight } = this.#view;
    const end = scrollHeight - clientHeight;
    // The browser moves the view up when there is no text left below it.
    const isMovedByPage = end < this.#end && top >= end - rounding;
    if (top < this.#top - 0.1 && !isMovedByPage) this.#follows.set(false);
    // Text may have come while the reader moved to what was the end.
    else if (top > this.#top && top >= Math.min(end, this.#end) - rounding) this.#follows.set(true);
    this.#note(top, end);
  }

  /** Called when the text or the view has another size. */
  #settle(): void {
    // A move of the reader whose event is still to come.
    this.look();
    if (!this.#follows()) return;
    this.#view.scrollTop = this.#view.scrollHeight;
    this.#note(this.#view.scrollTop, this.#end);
  }

  #note(top: number, end: number): void {
    this.#top = top;
    this.#end = end;
    this.#below.set(Math.max(0, Math.round(end - top)));
  }
}
