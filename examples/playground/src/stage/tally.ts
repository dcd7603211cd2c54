import type { RunEvent } from '../runEvent.js';

/** How a row has ended, or that it has not. */
export type Status = 'waiting' | 'open' | 'complete' | 'failed' | 'cancelled' | 'unsubscribed';

/** The sums of a row after one of its events: each event keeps its own, so that any time can be shown at once. */
export interface Tally {
  /** The number of events of the row. */
  readonly events: number;
  readonly chunks: number;
  readonly values: number;
  /** The length of the text that a reader of the row sees, in UTF-16 units. */
  readonly characters: number;
  /** The place in the reply that the row has reached. */
  readonly reach: number;
  /** How often a text has begun before the end of the text so far. */
  readonly rewinds: number;
  readonly requests: number;
  /** The number of requests that have not ended. */
  readonly open: number;
  readonly status: Status;
  /** The kind of the error, or the reason of the cancellation. */
  readonly reason: string;
  readonly begun: number | undefined;
  readonly firstText: number | undefined;
  readonly lastText: number | undefined;
  readonly longestGap: number;
  readonly medianGap: number | undefined;
}

export const emptyTally: Tally = {
  events: 0,
  chunks: 0,
  values: 0,
  characters: 0,
  reach: 0,
  rewinds: 0,
  requests: 0,
  open: 0,
  status: 'waiting',
  reason: '',
  begun: undefined,
  firstText: undefined,
  lastText: undefined,
  longestGap: 0,
  medianGap: undefined,
};

/**
 * The sums after an event that is not text.
 *
 * @param isModel - Whether the row is the network's, where several requests may be open at a time.
 */
export function tallyAfter(tally: Tally, event: RunEvent, time: number, isModel: boolean): Tally {
  const next = { ...tally, events: tally.events + 1, begun: tally.begun ?? time };
  switch (event.type) {
    case 'subscribe':
      return {
        ...next,
        requests: Math.max(event.number, tally.requests),
        open: isModel ? tally.open + 1 : 1,
        status: 'open',
      };
    case 'value':
      return { ...next, values: tally.values + 1 };
    case 'error':
      return ended(next, 'failed', event.kind);
    case 'complete':
      return ended(next, 'complete', '');
    case 'cancelled':
      return ended(next, 'cancelled', event.reason);
    case 'unsubscribe':
      // After an end it only reports that the other side has cleaned up.
      return tally.open === 0 ? next : ended(next, 'unsubscribed', '');
    default:
      return next;
  }
}

/** Of several requests at a time the last one decides. */
function ended(tally: Tally, status: Status, reason: string): Tally {
  const open = Math.max(0, tally.open - 1);
  return open > 0 ? { ...tally, open } : { ...tally, open, status, reason };
}
