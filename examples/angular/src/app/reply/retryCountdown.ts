import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { map, switchMap, takeWhile, timer } from 'rxjs';
import type { Retrying } from 'rxjs-gemini';

/** The seconds until a request is made again. */
@Component({
  selector: 'app-retry-countdown',
  template: `{{ seconds() ? 'Trying again in ' + seconds() + ' s' : 'Trying again' }}`,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RetryCountdown {
  readonly retrying = input.required<Retrying>();

  /** Each notice of a wait starts another countdown. */
  protected readonly seconds = toSignal(toObservable(this.retrying).pipe(switchMap(({ delay }) => secondsOf(delay))));
}

function secondsOf(delay: number) {
  return timer(0, 1_000).pipe(
    map((passed) => Math.ceil(delay / 1_000) - passed),
    takeWhile((seconds) => seconds > 0, true),
  );
}
