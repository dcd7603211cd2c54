import { element, setText } from './dom.js';
import { seconds } from './gauges.js';

/** The wishes of a reader about the shown time. */
export interface TransportActions {
  toggle(): void;
  step(direction: -1 | 1): void;
  seek(time: number): void;
  goLive(): void;
}

/** The state that the buttons show. */
export interface TransportState {
  readonly time: number;
  readonly now: number;
  readonly span: number;
  readonly isMoving: boolean;
  readonly isOver: boolean;
  readonly isLive: boolean;
}

const icons = {
  play: 'M4 2.5v11l9.5-5.5z',
  pause: 'M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z',
  back: 'M3 2.5h2v11H3zM13 2.5v11L5.5 8z',
  forward: 'M11 2.5h2v11h-2zM3 2.5v11L10.500 8z',
};

const directions: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** Pause and play, a slider under the axis, and steps from event to event. */
export class Transport {
  /** Lies under the diagram: its thumb is the lower end of the line of the present. */
  readonly slider = element('input', {
    className: 'stage-slider',
    type: 'range',
    min: '0',
    step: '10',
    ariaLabel: 'Time',
  });
  readonly element: HTMLElement;
  readonly #toggle = button('Pause', icons.pause);
  readonly #live = element('button', { className: 'stage-button stage-live', type: 'button', textContent: 'Live' });
  readonly #time = element('span', { className: 'stage-time' });
  #isMoving: boolean | undefined;

  constructor(actions: TransportActions) {
    const back = button('Previous event', icons.back);
    const forward = button('Next event', icons.forward);
    this.element = element('div', { className: 'stage-transport', role: 'group', ariaLabel: 'Time of the run' });
    this.element.append(this.#toggle, back, forward, this.#time, this.#live);
    this.#toggle.onclick = () => actions.toggle();
    back.onclick = () => actions.step(-1);
    forward.onclick = () => actions.step(1);
    this.#live.onclick = () => actions.goLive();
    this.slider.oninput = () => actions.seek(this.slider.valueAsNumber);
    // The arrow keys lead from event to event, which says more than equal steps of time.
    this.slider.onkeydown = (event) => {
      const direction = directions[event.key];
      if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      actions.step(direction);
    };
  }

  show({ time, now, span, isMoving, isOver, isLive }: TransportState): void {
    const { slider } = this;
    slider.max = String(Math.ceil(span));
    slider.value = String(time);
    slider.setAttribute('aria-valuetext', `${seconds(time)} of ${seconds(now)}`);
    setText(this.#time, `${seconds(time)} of ${seconds(now)}`);
    // It keeps its place, so that the row does not move.
    this.#live.style.visibility = isOver ? 'hidden' : 'visible';
    this.#live.disabled = isLive;
    if (isMoving === this.#isMoving) return;
    this.#isMoving = isMoving;
    this.#toggle.ariaLabel = isMoving ? 'Pause' : 'Play';
    this.#toggle.title = this.#toggle.ariaLabel;
    this.#toggle.replaceChildren(icon(isMoving ? icons.pause : icons.play));
  }
}

function button(name: string, path: string): HTMLButtonElement {
  return element('button', { className: 'stage-button', type: 'button', ariaLabel: name, title: name }, icon(path));
}

function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}
