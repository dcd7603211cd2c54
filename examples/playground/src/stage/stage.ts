import type { Row, RunEvent } from '../runEvent.js';
import { element, setText } from './dom.js';
import { timeAfter, timeBefore } from './moments.js';
import { Playhead } from './playhead.js';
import { Recording } from './recording.js';
import { runSvg } from './runSvg.js';
import { spanAfter, spanWhile } from './scale.js';
import './stage.css';
import type { TransportActions } from './transport.js';
import { View } from './view.js';

/** The least time between two changes of texts and numbers, in ms. */
const readingInterval = 100;

/** A live marble diagram, with texts, numbers and a list: all of a run at a time, drawn from its events alone. */
export class Stage {
  readonly #element: HTMLElement;
  readonly #caption = element('p', { className: 'stage-caption', role: 'status' });
  #recording = new Recording([]);
  #playhead = new Playhead(() => performance.now());
  #view: View | undefined;
  #expected: number | undefined;
  #span = 0;
  #frame: number | undefined;
  #lastReading = -Infinity;

  constructor(parent: HTMLElement) {
    this.#element = parent;
    parent.classList.add('stage');
  }

  /** Clears the stage for a run. */
  begin(rows: readonly Row[], { caption, expectedText }: { caption: string; expectedText?: string }): void {
    this.#view?.destroy();
    this.#recording = new Recording(rows);
    this.#playhead = new Playhead(() => performance.now());
    this.#expected = expectedText?.length;
    this.#span = spanWhile(0);
    this.#view = new View(this.#element, this.#caption, this.#recording, this.#playhead, this.#actions, () =>
      this.#showNow(),
    );
    this.setCaption(caption);
    this.#showNow();
  }

  /** Records events in the order of their times; the next frame shows them. */
  add(events: readonly RunEvent[]): void {
    for (const event of events) {
      const moment = this.#recording.add(event);
      if (moment) this.#view?.legend.add(moment);
    }
    if (events.length > 0) this.#playhead.hear(this.#recording.end);
    this.#schedule();
  }

  /** The run is over: nothing comes any more, and all of it can be looked at. */
  end(): void {
    const { now } = this.#playhead;
    const isOpen = this.#recording.tracks.some(({ moments }) => (moments.at(-1)?.tally.open ?? 0) > 0);
    // A row that is still open was silent until now.
    this.#playhead.end(isOpen ? now : this.#recording.end);
    this.#showNow();
  }

  /** A picture of the whole run that stands by itself. */
  svg(): string {
    if (!this.#view) return '';
    const caption = this.#caption.textContent;
    return runSvg(this.#recording, this.#playhead.now, this.#view.theme, { caption, expected: this.#expected });
  }

  /** The sentence under the diagram, which is also announced. */
  setCaption(text: string): void {
    setText(this.#caption, text);
  }

  destroy(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#view?.destroy();
    this.#view = undefined;
    this.#element.classList.remove('stage');
    this.#element.replaceChildren();
  }

  readonly #actions: TransportActions = {
    toggle: () => {
      if (this.#playhead.isMoving) this.#playhead.pause();
      else this.#playhead.play();
      this.#showNow();
    },
    step: (direction) => {
      const { time } = this.#playhead;
      const next = direction === 1 ? timeAfter(this.#recording, time) : timeBefore(this.#recording, time);
      this.#actions.seek(next ?? (direction === 1 ? time : 0));
    },
    seek: (time) => {
      this.#playhead.seek(time);
      this.#rescale();
      this.#showNow();
    },
    goLive: () => {
      this.#playhead.goLive();
      this.#showNow();
    },
  };

  /** The scale of a view that is paused stays as it is. */
  #rescale(): void {
    const { isOver, now } = this.#playhead;
    this.#span = isOver ? spanAfter(now) : spanWhile(now);
  }

  #showNow(): void {
    this.#lastReading = -Infinity;
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#view) return;
    this.#frame ??= requestAnimationFrame((timestamp) => this.#show(timestamp));
  }

  #show(timestamp: number): void {
    this.#frame = undefined;
    const { time, isMoving, isOver, isLive } = this.#playhead;
    if (isMoving || isLive) this.#rescale();
    this.#view?.showMarbles(time, this.#span);
    const goesOn = isMoving || !isOver;
    if (!goesOn || timestamp - this.#lastReading >= readingInterval) {
      this.#lastReading = timestamp;
      this.#view?.showReadings(time, this.#span, this.#expected);
    }
    if (goesOn) this.#schedule();
  }
}
