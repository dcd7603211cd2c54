import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { ChatMessage, ReplyState } from 'rxjs-gemini';
import { closeMarks } from './closeMarks';
import { markdownBlocks } from './markdownBlocks';

/** One reply as it stands: its text, how far and how fast it is, how it ended. */
@Component({
  selector: 'app-reply',
  imports: [DecimalPipe],
  templateUrl: './reply.html',
  styleUrl: './reply.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.data-status]': 'reply().status' },
})
export class Reply {
  readonly reply = input.required<Pick<ChatMessage, 'status' | 'text' | 'error'>>();
  readonly measures = input<Pick<ReplyState, 'progress' | 'metrics'>>();

  protected readonly isOpen = computed(() => ['waiting', 'streaming'].includes(this.reply().status));
  protected readonly blocks = computed(() => {
    const { text } = this.reply();
    return markdownBlocks(this.isOpen() ? closeMarks(text) : text);
  });
  protected readonly percent = computed(() => this.measures()?.progress?.percent ?? 0);
}
