import { Cursor } from './cursor.js';
import { Diagram } from './diagram.js';
import { element, setText } from './dom.js';
import { EventList } from './eventList.js';
import { Legend } from './legend.js';
import type { Playhead } from './playhead.js';
import { showReadings, type Readings } from './readings.js';
import type { Recording } from './recording.js';
import { RowCard } from './rowCard.js';
import { RowHead } from './rowHead.js';
import { readTheme, watchTheme, type Theme } from './theme.js';
import { Transport, type TransportActions } from './transport.js';

/** The elements of the stage for one run. */
export class View {
  readonly legend = new Legend();
  theme: Theme;
  readonly #recording: Recording;
  readonly #playhead: Playhead;
  readonly #diagram: Diagram;
  readonly #cursor: Cursor;
  readonly #transport: Transport;
  readonly #readings: Readings;
  readonly #legend = element('p', { className: 'stage-legend' });
  readonly #stopWatching: () => void;
  readonly #observer: ResizeObserver;

  /** @param changed - Called when everything has to be shown again: after a change of size or colours. */
  constructor(
    parent: HTMLElement,
    caption: HTMLElement,
    recording: Recording,
    playhead: Playhead,
    actions: TransportActions,
    changed: () => void,
  ) {
    this.#recording = recording;
    this.#playhead = playhead;
    this.theme = readTheme(parent);
    const { tracks } = recording;
    this.#diagram = new Diagram(recording, this.theme);
    this.#cursor = new Cursor(recording, this.#diagram, () => playhead.time);
    this.#transport = new Transport(actions);
    this.#readings = {
      heads: tracks.map(({ row }, index) => new RowHead(row.title, index)),
      cards: tracks.map((track) => new RowCard(track)),
      list: new EventList(recording, (time) => actions.seek(time)),
    };
    const { heads, cards, list } = this.#readings;
    const marbles = this.#diagram.element;
    marbles.append(
      ...heads.map(({ element: head }) => head),
      this.#cursor.ring,
      this.#cursor.element,
      this.#cursor.tip.element,
    );
    const controls = element('div', { className: 'stage-controls' }, this.#transport.element, this.#legend);
    parent.replaceChildren(
      element('div', { className: 'stage-diagram' }, marbles, this.#transport.slider, controls, caption),
      element('div', { className: 'stage-cards' }, ...cards.map(({ element: card }) => card)),
      list.element,
    );
    this.#stopWatching = watchTheme(() => {
      this.theme = readTheme(parent);
      this.#diagram.paint(this.theme);
      changed();
    });
    this.#observer = new ResizeObserver(([entry]) => {
      this.#diagram.resize(entry?.contentRect.width ?? 0);
      changed();
    });
    this.#observer.observe(marbles);
  }

  /** Shows the marbles of a time; called once a frame. */
  showMarbles(time: number, span: number): void {
    const { span: shownSpan, width } = this.#diagram.scale;
    this.#diagram.show(time, span);
    const { scale } = this.#diagram;
    if (scale.span !== shownSpan || scale.width !== width) this.#cursor.show();
  }

  /** Shows the words and numbers of a time; called less often, as nobody reads sixty numbers a second. */
  showReadings(time: number, span: number, expected: number | undefined): void {
    const { isMoving, isOver, isLive, now } = this.#playhead;
    this.#cursor.show();
    this.#transport.show({ time, now, span, isMoving, isOver, isLive });
    setText(this.#legend, this.legend.text);
    showReadings(this.#readings, this.#recording, { time, isOver: isOver && time >= now, expected });
  }

  destroy(): void {
    this.#stopWatching();
    this.#observer.disconnect();
    for (const { panel } of this.#readings.cards) panel.follow.destroy();
  }
}
