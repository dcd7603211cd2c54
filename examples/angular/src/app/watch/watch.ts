import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { RepliesService } from '../backend/replies.service';
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
  readonly #replies = inject(RepliesService);

  /** From the route. */
  readonly id = input.required<string>();

  /**
   * Another id, a reload and the leaving of the page close the connection before. The resource is `resolved` from the
   * first state on, while the model is silent: the template reads the `status` of the state.
   */
  protected readonly state = rxResource({
    params: () => this.id(),
    stream: ({ params: id }) => this.#replies.watch(id),
  });
  /** The state with its text, as the view of a reply wants it. */
  protected readonly shown = computed(() => {
    if (!this.state.hasValue()) return undefined;
    const state = this.state.value();
    return { ...state, text: state.reply.text };
  });
  protected readonly isRunning = computed(() => ['waiting', 'streaming'].includes(this.shown()?.status ?? ''));

  protected stopForAll(): void {
    this.#replies.cancel(this.id()).subscribe({ error: () => this.state.reload() });
  }
}
