import { describe } from './describe.js';
import { element, setText } from './dom.js';
import { countUntil } from './moments.js';
import { whole } from './outcome.js';
import { lastPage, rangeOf } from './pages.js';
import type { Moment, Recording } from './recording.js';

/** The text form of the diagram: a table of the events up to the shown time, in pages, filled only while it is open. */
export class EventList {
  readonly element: HTMLDetailsElement;
  readonly #recording: Recording;
  readonly #seek: (time: number) => void;
  readonly #summary = element('span', { className: 'stage-count' });
  readonly #body = element('tbody');
  readonly #range = element('span', { className: 'stage-range' });
  readonly #buttons: Readonly<Record<'First' | 'Previous' | 'Next' | 'Latest', HTMLButtonElement>>;
  /** Absent while the newest page is shown. */
  #page: number | undefined;
  #time = 0;
  /** The events that the table has. */
  #shown: readonly [from: number, to: number] = [0, 0];

  /** @param seek - Shows the time of an event. */
  constructor(recording: Recording, seek: (time: number) => void) {
    this.#recording = recording;
    this.#seek = seek;
    const last = () => lastPage(this.#count);
    this.#buttons = {
      First: this.#button('First page', () => 0),
      Previous: this.#button('Previous page', (page) => page - 1),
      Next: this.#button('Next page', (page) => page + 1),
      Latest: this.#button('Latest page', last),
    };
    const heads = ['Time', 'Row', 'Event', 'Text'].map((name) => element('th', { scope: 'col' }, name));
    const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), this.#body);
    table.ariaLabel = 'Events of the run';
    const pager = element('div', { className: 'stage-pager' }, this.#range, ...Object.values(this.#buttons));
    this.element = element(
      'details',
      { className: 'stage-events' },
      element('summary', {}, this.#summary),
      table,
      pager,
    );
    this.element.ontoggle = () => this.show(this.#time);
  }

  show(time: number): void {
    this.#time = time;
    const count = this.#count;
    setText(this.#summary, `Events up to here: ${whole(count)}`);
    if (!this.element.open) return;
    const page = Math.min(this.#page ?? Infinity, lastPage(count));
    const [from, to] = rangeOf(page, count);
    this.#fill(from, to);
    setText(this.#range, count === 0 ? 'none yet' : `${whole(from + 1)} to ${whole(to)} of ${whole(count)}`);
    const { First, Previous, Next, Latest } = this.#buttons;
    First.disabled = Previous.disabled = page === 0;
    Next.disabled = Latest.disabled = page === lastPage(count);
  }

  get #count(): number {
    return countUntil(this.#recording.moments, this.#time);
  }

  #fill(from: number, to: number): void {
    const [shownFrom, shownTo] = this.#shown;
    // On the same page only the new events are added.
    const isLonger = from === shownFrom && to >= shownTo;
    if (!isLonger) this.#body.replaceChildren();
    const added = this.#recording.moments.slice(isLonger ? shownTo : from, to);
    this.#body.append(...added.map((moment) => this.#row(moment)));
    this.#shown = [from, to];
  }

  #row(moment: Moment): HTMLTableRowElement {
    const { time, row, event, text, detail } = describe(this.#recording, moment);
    const show = element('button', { className: 'stage-moment', type: 'button', title: `Show ${time}` }, time);
    show.onclick = () => this.#seek(moment.time);
    const cells = [element('td', {}, show), element('td', {}, row), element('td', { title: detail }, event)];
    return element('tr', {}, ...cells, element('td', { dir: 'auto', className: 'stage-event-text' }, text));
  }

  #button(name: string, pageFrom: (page: number) => number): HTMLButtonElement {
    const button = element('button', { className: 'stage-button', type: 'button' }, name);
    button.onclick = () => {
      const last = lastPage(this.#count);
      const page = Math.max(0, pageFrom(Math.min(this.#page ?? Infinity, last)));
      this.#page = page >= last ? undefined : page;
      this.show(this.#time);
    };
    return button;
  }
}
