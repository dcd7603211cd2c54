import { vi } from 'vitest';

/** The time for which a test has held the thread, by its fake clock. */
const heldBy = new WeakMap<Performance, number>();

/** Lets so many ms pass on the fake clocks of a test, of which no timer hears: as a handler does that is busy for so long. */
export function holdThread(ms: number): void {
  if (!vi.isFakeTimers()) throw new Error('Expected fake timers: a real thread is held by a loop');
  vi.setSystemTime(Date.now() + ms);
  const { performance } = globalThis;
  const held = heldBy.get(performance);
  heldBy.set(performance, (held ?? 0) + ms);
  if (held !== undefined) return;
  // The fake `performance` is another object each time, so nothing is to be restored.
  const now = performance.now.bind(performance);
  performance.now = () => now() + (heldBy.get(performance) ?? 0);
}
