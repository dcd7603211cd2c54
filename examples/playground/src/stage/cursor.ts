import { describe, sentenceOf } from './describe.js';
import type { Diagram } from './diagram.js';
import { element, newId } from './dom.js';
import { lineY, radiusOf } from './geometry.js';
import { momentAt, momentByKey } from './navigation.js';
import type { Moment, Recording } from './recording.js';
import { xOf } from './scale.js';
import { Tip } from './tip.js';

/**
 * The mark that a reader points at or has moved to. To a screen reader the diagram is a list box whose active option is
 * the current mark; two options take turns, as a new active element is announced and a new text is not.
 */
export class Cursor {
  readonly element = element('div', { className: 'stage-list-box', tabIndex: 0, role: 'listbox' });
  readonly tip = new Tip();
  readonly ring = element('div', { className: 'stage-ring', hidden: true });
  readonly #options = [option(), option()] as const;
  readonly #recording: Recording;
  readonly #diagram: Diagram;
  readonly #time: () => number;
  #current: Moment | undefined;

  /** @param time - Tells up to which time marks can be seen. */
  constructor(recording: Recording, diagram: Diagram, time: () => number) {
    this.#recording = recording;
    this.#diagram = diagram;
    this.#time = time;
    const [first, second] = this.#options;
    first.textContent = 'No mark is chosen. The arrow keys move between marks and rows.';
    second.hidden = true;
    this.element.ariaLabel = 'Marble diagram';
    this.element.append(first, second);
    this.element.setAttribute('aria-activedescendant', first.id);
    this.element.addEventListener('keydown', (event) => this.#press(event));
    for (const type of ['pointermove', 'pointerdown'] as const) {
      this.element.addEventListener(type, (event) => this.#point(event));
    }
    this.element.addEventListener('pointerleave', ({ pointerType }) => {
      // A finger leaves each time it is lifted: its tip stays until the next touch.
      if (pointerType === 'mouse' && document.activeElement !== this.element) this.choose(undefined);
    });
    this.element.addEventListener('blur', () => this.choose(undefined));
  }

  /** Puts the ring where the mark is now, after a change of scale or of the shown time. */
  show(): void {
    const current = this.#current;
    if (!current) return;
    if (current.time > this.#time()) {
      this.choose(undefined);
      return;
    }
    const { event, row, time } = current;
    const { scale } = this.#diagram;
    const radius = event.type === 'text' ? radiusOf(event.text.length, scale.width) + 3 : 14;
    this.ring.hidden = false;
    this.ring.style.cssText = `width: ${String(2 * radius)}px; height: ${String(2 * radius)}px; transform: translate(${(
      xOf(time, scale) - radius
    ).toFixed(1)}px, ${(lineY(row) - radius).toFixed(1)}px)`;
  }

  choose(moment: Moment | undefined): void {
    if (moment === this.#current) return;
    this.#current = moment;
    if (!moment) {
      this.ring.hidden = true;
      this.tip.hide();
      return;
    }
    this.show();
    const { scale } = this.#diagram;
    this.tip.show(describe(this.#recording, moment), xOf(moment.time, scale), lineY(moment.row), scale.width);
    const [shown, next] = this.#options[0].hidden ? this.#options.toReversed() : this.#options;
    if (!shown || !next) return;
    next.textContent = sentenceOf(this.#recording, moment);
    [shown.hidden, next.hidden] = [true, false];
    this.element.setAttribute('aria-activedescendant', next.id);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') this.choose(undefined);
    const moment = momentByKey(this.#recording, this.#current, event.key, this.#time());
    if (!moment) return;
    event.preventDefault();
    this.choose(moment);
  }

  #point({ clientX, clientY, pointerType }: PointerEvent): void {
    const { left, top } = this.#diagram.element.getBoundingClientRect();
    const reach = pointerType === 'mouse' ? 14 : 24;
    const point = { x: clientX - left, y: clientY - top };
    this.choose(momentAt(this.#recording, this.#diagram.scale, point, reach, this.#time()));
  }
}

function option(): HTMLDivElement {
  return element('div', { className: 'stage-option', id: newId('option'), role: 'option', ariaSelected: 'true' });
}
