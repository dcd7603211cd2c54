import type { Row, RunEvent } from '../runEvent.ts';

interface Tally {
  readonly row: Row;
  chunks: number;
  /** The end of the text, in UTF-16 units: a reply that is resumed goes on where it was. */
  characters: number;
  values: number;
  requests: number;
  ending: string;
  isOpen: boolean;
}

/** One sentence for each row: how far it came, and how it ended. */
export class Outcomes {
  #tallies = new Map<string, Tally>();
  #expected: number | undefined;
  #latest = 0;

  begin(rows: readonly Row[], expectedText: string | undefined): void {
    this.#expected = expectedText?.length;
    this.#latest = 0;
    this.#tallies = new Map(rows.map((row) => [row.id, newTally(row)]));
  }

  add(events: readonly RunEvent[]): void {
    for (const event of events) {
      const tally = this.#tallies.get(event.row);
      if (tally) count(tally, event);
      this.#latest = event.time;
    }
  }

  /** The events that end the rows that are still open, when the run is stopped. */
  closeOpenRows(): RunEvent[] {
    const open = [...this.#tallies.values()].filter(({ isOpen }) => isOpen);
    return open.map(({ row }) => ({ row: row.id, time: this.#latest, type: 'unsubscribe' }));
  }

  /** The sentences, for people who hear the page. */
  get sentences(): string {
    return [...this.#tallies.values()].map((tally) => `${tally.row.title}: ${this.#sentence(tally)}`).join(' ');
  }

  #sentence({ row, chunks, characters, values, requests, ending, isOpen }: Tally): string {
    const counts = [
      ...(row.role === 'model' ? [countOf(requests, 'request')] : []),
      ...(chunks > 0 ? [countOf(chunks, 'chunk')] : []),
      ...(values > 0 ? [countOf(values, 'value')] : []),
      ...(chunks > 0 ? [this.#charactersOf(characters)] : []),
    ].join(', ');
    if (isOpen && ending === '') return counts === '' ? 'waits.' : `${counts} …`;
    return counts === '' ? `${ending}.` : `${ending}; ${counts}.`;
  }

  #charactersOf(characters: number): string {
    const isPart = this.#expected !== undefined && characters < this.#expected;
    return isPart ? `${String(characters)} of ${String(this.#expected)} characters` : countOf(characters, 'character');
  }
}

const newTally = (row: Row): Tally => ({
  row,
  chunks: 0,
  characters: 0,
  values: 0,
  requests: 0,
  ending: '',
  isOpen: false,
});

function count(tally: Tally, event: RunEvent): void {
  if (event.type === 'subscribe') {
    tally.requests += 1;
    tally.isOpen = true;
    tally.ending = '';
  } else if (event.type === 'text') {
    tally.chunks += 1;
    tally.characters = Math.max(tally.characters, event.at + event.text.length);
  } else if (event.type === 'value') tally.values += 1;
  else if (event.type !== 'notice') {
    tally.isOpen = false;
    tally.ending = endingOf(event);
  }
}

function endingOf(event: RunEvent): string {
  if (event.type === 'complete') return 'complete';
  if (event.type === 'error') return `failed, ${event.kind}`;
  if (event.type === 'cancelled') return `cancelled, ${event.reason}`;
  return 'closed from this side';
}

const countOf = (count: number, noun: string) => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
