import type { EventEmitter } from 'node:events';
import { fromEvent, lastValueFrom, merge, take, takeUntil, timer } from 'rxjs';

/** Waits until all of them have said `close`, `limit` ms at the most. */
export async function allClosed(emitters: Iterable<EventEmitter>, limit: number): Promise<void> {
  const closes = Array.from(emitters, (emitter) => fromEvent(emitter, 'close').pipe(take(1)));
  await lastValueFrom(merge(...closes).pipe(takeUntil(timer(limit))), { defaultValue: undefined });
}
