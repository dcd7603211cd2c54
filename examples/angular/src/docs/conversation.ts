import { Component, DestroyRef, inject } from '@angular/core';
import { RetryCountdown } from '../app/reply/retryCountdown';
import { ConversationService } from './conversation.service';

@Component({
  selector: 'app-conversation',
  imports: [RetryCountdown],
  template: `
    @for (message of chat.messages(); track message.id) {
      <article [class]="message.role">
        <p>{{ message.text }}</p>
        @if (message.retrying; as retrying) {
          <app-retry-countdown [retrying]="retrying" />
        } @else if (message.status === 'waiting') {
          <p>…</p>
        }
        @if (message.error && (chat.status() === 'idle' || !$last)) {
          <p role="alert">{{ message.error.message }}</p>
        }
        @let branches = chat.branches(message.id);
        @if (branches.length > 1) {
          @for (branch of branches; track branch.id) {
            <button type="button" [disabled]="branch.id === message.id" (click)="chat.select(branch)">
              {{ $index + 1 }}
            </button>
          }
        }
        @if (message.role === 'user') {
          <button type="button" (click)="box.value.trim() && chat.edit(message.id, box.value)">Replace</button>
        }
      </article>
    }
    <textarea #box></textarea>
    @let isIdle = chat.status() === 'idle';
    <button type="button" [disabled]="!isIdle" (click)="box.value.trim() && chat.submit(box.value)">Send</button>
    <button type="button" [disabled]="isIdle" (click)="chat.stop()">Stop</button>
    @if (isIdle && chat.messages().length > 0) {
      <button type="button" (click)="chat.regenerate()">Ask again</button>
    }
  `,
})
export class Conversation {
  protected readonly chat = inject(ConversationService);

  constructor() {
    // Leaving the page closes the request.
    inject(DestroyRef).onDestroy(() => this.chat.stop());
  }
}
