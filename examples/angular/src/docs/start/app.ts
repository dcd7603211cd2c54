import { Component, computed, DestroyRef, inject } from '@angular/core';
import { ChatService } from './chat.service';

@Component({
  selector: 'app-root',
  template: `
    @for (message of chat.messages(); track message.id) {
      <p>
        <b>{{ message.role }}:</b> {{ message.status === 'waiting' ? '…' : message.text }}
      </p>
      <!-- A failed answer stays until the new one has content. -->
      @if (message.error && (isIdle() || !$last)) {
        <p role="alert">{{ message.error.message }}</p>
        @if ($last) {
          <button (click)="chat.tryAgain()">Try again</button>
        }
      }
    }
    <form (submit)="send(box); $event.preventDefault()">
      <input #box aria-label="Message" />
      <button [disabled]="!isIdle()">Send</button>
      <button type="button" [disabled]="isIdle()" (click)="chat.stop()">Stop</button>
    </form>
  `,
})
export class App {
  protected readonly chat = inject(ChatService);
  protected readonly isIdle = computed(() => this.chat.status() === 'idle');

  constructor() {
    inject(DestroyRef).onDestroy(() => this.chat.stop()); // closes the request
  }

  protected send(box: HTMLInputElement) {
    const text = box.value.trim();
    if (text === '' || !this.isIdle()) return;
    box.value = '';
    this.chat.submit(text);
  }
}
