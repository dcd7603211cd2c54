import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { closeMarkdown, type ChatMessage, type ReplyState } from 'rxjs-gemini';
import { markdownBlocks } from './markdownBlocks';
import { RetryCountdown } from './retryCountdown';

/** One reply as it stands: its text, how far and how fast it is, how it ended. */
@Component({
  selector: 'app-reply',
  imports: [DecimalPipe, RetryCountdown],
  templateUrl: './reply.html',
  styleUrl: './reply.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.data-status]': 'reply().status' },
})
export class Reply {
  readonly reply = input.required<Pick<ChatMessage, 'status' | 'text' | 'error' | 'queued' | 'retrying'>>();
  readonly measures = input<Pick<ReplyState, 'progress' | 'metrics'>>();

  protected readonly isOpen = computed(() => ['waiting', 'streaming'].includes(this.reply().status));
  protected readonly blocks = computed(() => {
    const { text } = this.reply();
    return markdownBlocks(this.isOpen() ? closeMarkdown(text) : text);
  });
  protected readonly percent = computed(() => this.measures()?.progress?.percent ?? 0);
}
