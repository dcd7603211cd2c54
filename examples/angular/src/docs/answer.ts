import { Component, input } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { fromSse, toReplyState } from 'rxjs-gemini';

@Component({
  selector: 'app-answer',
  template: `
    @if (answer.value(); as state) {
      @switch (state.status) {
        @case ('waiting') {
          <p>The model is thinking…</p>
        }
        @case ('failed') {
          <p>{{ state.reply.text }}</p>
          <p role="alert">{{ state.error.message }}</p>
          <button type="button" (click)="answer.reload()">Try again</button>
        }
        @default {
          <p>{{ state.reply.text }}</p>
        }
      }
    }
  `,
})
export class Answer {
  readonly question = input.required<string>();

  // Another question closes the request before it, and so does the end of the component.
  protected readonly answer = rxResource({
    params: () => this.question(),
    stream: ({ params: prompt }) => fromSse('/api/replies', { json: { prompt } }).pipe(toReplyState()),
  });
}
