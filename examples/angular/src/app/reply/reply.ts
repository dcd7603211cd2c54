import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { ReplyState } from 'rxjs-gemini';
import { closeMarks } from './closeMarks';
import { isOpen } from './isOpen';
import { markdownBlocks } from './markdownBlocks';

/** One reply as it stands: its text, how far and how fast it is, how it ended. */
@Component({
  selector: 'app-reply',
  imports: [DecimalPipe],
  templateUrl: './reply.html',
  styleUrl: './reply.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.data-status]': 'state().status' },
})
export class Reply {
  readonly state = input.required<ReplyState>();

  protected readonly isOpen = computed(() => isOpen(this.state()));
  protected readonly blocks = computed(() => {
    const { text } = this.state().reply;
    return markdownBlocks(this.isOpen() ? closeMarks(text) : text);
  });
  protected readonly percent = computed(() => this.state().progress?.percent ?? 0);
  protected readonly metrics = computed(() => this.state().metrics);
}
