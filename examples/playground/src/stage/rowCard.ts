import { element, newId, setText } from './dom.js';
import { gaugesOf } from './gauges.js';
import type { Outcome } from './outcome.js';
import type { Track } from './recording.js';
import { emptyTally, type Tally } from './tally.js';
import { TextPanel } from './textPanel.js';

/** A row in words and numbers: its outcome, its gauges, and its text as far as it has come. */
export class RowCard {
  readonly element: HTMLElement;
  readonly panel: TextPanel;
  readonly #outcome = element('span', { className: 'stage-outcome' });
  readonly #gauges: readonly (readonly [name: HTMLElement, value: HTMLElement])[];

  constructor(track: Track) {
    const id = newId('card');
    this.panel = new TextPanel(track);
    this.#gauges = gaugesOf(emptyTally, 0).map(() => [element('dt'), element('dd')] as const);
    const gauges = this.#gauges.map(([name, value]) => element('div', {}, name, value));
    this.element = element(
      'article',
      { className: 'stage-card' },
      element('h2', { id }, track.row.title),
      element('p', { className: 'stage-card-outcome' }, this.#outcome),
      element('dl', { className: 'stage-gauges' }, ...gauges),
      this.panel.element,
    );
    this.element.setAttribute('aria-labelledby', id);
    this.element.dataset['row'] = track.row.id;
  }

  /** @returns Whether the text has changed. */
  show(tally: Tally, outcome: Outcome, time: number): boolean {
    this.#outcome.dataset['tone'] = outcome.tone;
    setText(this.#outcome, outcome.words);
    for (const [index, { name, value }] of gaugesOf(tally, time).entries()) {
      const [nameElement, valueElement] = this.#gauges[index] ?? [];
      if (nameElement) setText(nameElement, name);
      if (valueElement) setText(valueElement, value);
    }
    // A row of values has no text to show.
    this.panel.element.hidden = tally.chunks === 0 && tally.values > 0;
    return this.panel.show(tally.chunks);
  }
}
