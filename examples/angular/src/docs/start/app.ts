import { Component, inject } from '@angular/core';
import { ChatService } from './chat.service';

@Component({
  selector: 'app-root',
  template: `
    @for (message of chat.messages(); track message.id) {
      <p>
        <b>{{ message.role }}:</b> {{ message.status === 'waiting' ? '…' : message.text }}
      </p>
      @if (message.error; as error) {
        <p role="alert">{{ error.message }}</p>
      }
    }
    <input #box aria-label="Message" />
    @if (chat.status() === 'idle') {
      <button (click)="chat.submit(box.value); box.value = ''">Send</button>
    } @else {
      <button (click)="chat.stop()">Stop</button>
    }
  `,
})
export class App {
  protected readonly chat = inject(ChatService);
}
