import type { EventList } from './eventList.js';
import { talliesAt } from './moments.js';
import { outcomeOf } from './outcome.js';
import type { Recording } from './recording.js';
import type { RowCard } from './rowCard.js';
import type { RowHead } from './rowHead.js';

/** The parts of the stage that are read: all show the same time, so that their numbers agree. */
export interface Readings {
  readonly heads: readonly RowHead[];
  readonly cards: readonly RowCard[];
  readonly list: EventList;
}

/** @param isOver - Whether nothing comes after this time. */
export function showReadings(
  { heads, cards, list }: Readings,
  recording: Recording,
  {
    time,
    isOver,
    expected,
  }: { readonly time: number; readonly isOver: boolean; readonly expected: number | undefined },
): void {
  const changed: RowCard[] = [];
  for (const [row, tally] of talliesAt(recording, time).entries()) {
    const outcome = outcomeOf(tally, expected, isOver);
    heads[row]?.show(outcome);
    const card = cards[row];
    if (card?.show(tally, outcome, time)) changed.push(card);
  }
  list.show(time);
  // All is written before any place is read: one layout for all panels.
  for (const { panel } of changed) panel.follow.keep();
}
