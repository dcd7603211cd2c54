import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Conversation } from '../chat/conversation';
import { Reply } from '../reply/reply';

@Component({
  selector: 'app-history',
  imports: [Reply, RouterLink],
  templateUrl: './history.html',
  styleUrl: './history.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class History {
  readonly #conversation = inject(Conversation);

  protected readonly newestFirst = computed(() => [...this.#conversation.turns()].reverse());

  protected clear(): void {
    this.#conversation.clear();
  }
}
