import type { Tally } from './tally.js';

/** The state of a row in words, and the tone that its badge has. */
export interface Outcome {
  readonly tone: 'waiting' | 'good' | 'bad' | 'warn';
  readonly words: string;
}

/** @param expected - The length of the whole reply, if it is known. */
export function outcomeOf(tally: Tally, expected: number | undefined, isOver: boolean): Outcome {
  const { status, reason } = tally;
  switch (status) {
    case 'waiting':
      return { tone: 'waiting', words: isOver ? 'nothing happened' : 'not begun' };
    case 'open':
      return isOver
        ? { tone: 'warn', words: `left open after ${amount(tally, expected)}` }
        : { tone: 'waiting', words: tally.chunks + tally.values === 0 ? 'waiting' : 'streaming' };
    case 'complete':
      if (expected !== undefined && tally.chunks > 0 && tally.reach < expected) {
        return { tone: 'bad', words: `ended in silence after ${amount(tally, expected)}` };
      }
      return { tone: 'good', words: `complete: ${amount(tally, undefined)}` };
    case 'failed':
      return { tone: 'bad', words: `error: ${reason}` };
    case 'cancelled':
      return { tone: 'warn', words: `cancelled after ${amount(tally, expected)}${reason && `: ${reason}`}` };
    case 'unsubscribed':
      return { tone: 'warn', words: `unsubscribed after ${amount(tally, expected)}` };
  }
}

function amount({ characters, chunks, values }: Tally, expected: number | undefined): string {
  if (chunks === 0 && values > 0) return counted(values, 'value');
  if (expected !== undefined && characters < expected) {
    return `${whole(characters)} of ${counted(expected, 'character')}`;
  }
  return counted(characters, 'character');
}

/** A number with a noun: "1 chunk", "18,000 chunks". */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const formats = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function whole(value: number): string {
  return formats.format(value);
}
