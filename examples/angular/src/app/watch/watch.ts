import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { NEVER } from 'rxjs';
import { Backend } from '../gemini/backend';
import { GeminiService } from '../gemini/gemini.service';
import { isOpen } from '../reply/isOpen';
import { Reply } from '../reply/reply';

/** A reply that another tab has asked for. */
@Component({
  selector: 'app-watch',
  imports: [Reply],
  templateUrl: './watch.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
  styles: `
    :host {
      overflow-y: auto;
    }

    h1 {
      margin-block-end: 1.5rem;
    }
  `,
})
export class Watch {
  readonly #gemini = inject(GeminiService);
  readonly #backend = inject(Backend);

  /** From the route. */
  readonly id = input.required<string>();

  /** Another id, a reload and the leaving of the page close the connection before. */
  protected readonly state = rxResource({
    params: () => this.id(),
    stream: ({ params: id }) => this.#gemini.watch(id, NEVER),
  });
  protected readonly isRunning = computed(() => this.state.hasValue() && isOpen(this.state.value()));

  protected stopForAll(): void {
    this.#backend.cancel(this.id()).subscribe({ error: () => this.state.reload() });
  }
}
