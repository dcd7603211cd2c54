import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ChatService } from '../chat/chat.service';
import { Reply } from '../reply/reply';

@Component({
  selector: 'app-history',
  imports: [Reply, RouterLink],
  templateUrl: './history.html',
  styleUrl: './history.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class History {
  readonly #messages = inject(ChatService).messages;

  /** The questions with their answers, newest first. */
  protected readonly turns = computed(() => {
    const messages = this.#messages();
    return messages
      .flatMap((question, index) => (question.role === 'user' ? [{ question, answer: messages[index + 1] }] : []))
      .reverse();
  });
}
