import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { RepliesService } from '../backend/replies.service';
import { FollowsEnd } from '../followsEnd/followsEnd';
import { Reply } from '../reply/reply';
import { isOpen, shownReply } from '../reply/shownReply';

/** A reply that another tab has asked for. */
@Component({
  selector: 'app-watch',
  imports: [FollowsEnd, Reply],
  templateUrl: './watch.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
  styleUrl: './watch.css',
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
  protected readonly shown = computed(() => (this.state.hasValue() ? shownReply(this.state.value()) : undefined));
  protected readonly isRunning = computed(() => {
    const shown = this.shown();
    return shown !== undefined && isOpen(shown);
  });

  protected stopForAll(): void {
    this.#replies.cancel(this.id()).subscribe({ error: () => this.state.reload() });
  }
}
