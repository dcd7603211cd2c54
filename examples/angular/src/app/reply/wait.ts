import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { concat, map, of, switchMap, timer } from 'rxjs';
import { RetryCountdown } from './retryCountdown';
import type { ShownReply } from './shownReply';

/** From this time without new text on, in seconds, a reader is told. */
const silence = 3;

/** The reason for which an open reply does not grow. */
@Component({
  selector: 'app-wait',
  imports: [RetryCountdown],
  template: `
    @if (reply().request?.retrying; as retrying) {
      <p class="wait"><app-retry-countdown [retrying]="retrying" /> ({{ retrying.kind }})</p>
    } @else if (position(); as place) {
      <p class="wait">Place {{ place }} in the queue</p>
    } @else {
      @if (reply().request?.reply?.resumed) {
        <p class="wait">The connection broke; the reply goes on</p>
      }
      @if (silentFor(); as seconds) {
        <p class="wait">No text for {{ seconds }} s</p>
      }
    }
  `,
  styles: `
    .wait {
      margin: 0.5rem 0;
      color: var(--muted);
      font-size: 0.9rem;
      font-variant-numeric: tabular-nums;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Wait {
  readonly reply = input.required<ShownReply>();

  protected readonly position = computed(() => this.reply().request?.queued?.position);
  /** Changes with all that a reader sees of a reply that goes on. */
  readonly #sign = computed(() => {
    const { text, thoughts, runs, request } = this.reply();
    const tools = runs.map(({ status, progress }) => [status, progress]);
    return JSON.stringify([text.length, thoughts.length, tools, request?.queued, request?.retrying]);
  });
  protected readonly silentFor = toSignal(toObservable(this.#sign).pipe(switchMap(() => secondsOfSilence())));
}

function secondsOfSilence() {
  return concat(of(0), timer(silence * 1_000, 1_000).pipe(map((passed) => silence + passed)));
}
