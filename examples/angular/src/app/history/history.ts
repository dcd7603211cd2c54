import { DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { ChatService } from '../chat/chat.service';
import { ConversationsService } from '../conversations/conversations.service';
import { ConversationStorage } from '../conversations/conversationStorage';
import { Reply } from '../reply/reply';

/** The questions of this conversation, and the other conversations that this browser has. */
@Component({
  selector: 'app-history',
  imports: [DatePipe, Reply, RouterLink],
  templateUrl: './history.html',
  styleUrl: './history.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class History {
  readonly #messages = inject(ChatService).messages;
  readonly #conversations = inject(ConversationsService);
  readonly #storage = inject(ConversationStorage);
  readonly #router = inject(Router);

  /** The questions with their answers, newest first. */
  protected readonly turns = computed(() => {
    const messages = this.#messages();
    return messages
      .flatMap((question, index) => (question.role === 'user' ? [{ question, answer: messages[index + 1] }] : []))
      .reverse();
  });
  readonly #saved = signal(this.#list());
  protected readonly others = computed(() => this.#saved().filter(({ id }) => id !== this.#conversations.id()));

  protected async open(id: string): Promise<void> {
    this.#conversations.open(id);
    await this.#router.navigateByUrl('/');
  }

  protected remove(id: string): void {
    this.#conversations.remove(id);
    this.#saved.set(this.#list());
  }

  #list() {
    try {
      return this.#storage.list();
    } catch {
      // A browser that refuses its storage has saved nothing.
      return [];
    }
  }
}
