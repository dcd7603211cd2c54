import { DecimalPipe } from '@angular/common';
import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  untracked,
} from '@angular/core';
import { FollowsEnd } from '../followsEnd/followsEnd';
import { Markdown } from '../markdown/markdown';
import { isOpen, isPartial, noteOn, type ShownReply } from './shownReply';
import { ToolRunView } from './toolRunView';
import { Wait } from './wait';

/** One reply as it stands: its thoughts, tools and text, how far and how fast it is, how it ended. */
@Component({
  selector: 'app-reply',
  imports: [DecimalPipe, Markdown, ToolRunView, Wait],
  templateUrl: './reply.html',
  styleUrl: './reply.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[attr.data-status]': 'reply().status' },
})
export class Reply {
  readonly reply = input.required<ShownReply>();
  /** Whether a failure has a button, where another request may help. */
  readonly canRetry = input(false);
  readonly retry = output();

  /** The page that has the reply, if it scrolls by itself. */
  readonly #view = inject(FollowsEnd, { optional: true });
  protected readonly isOpen = computed(() => isOpen(this.reply()));
  protected readonly isPartial = computed(() => isPartial(this.reply()));
  protected readonly note = computed(() => noteOn(this.reply()));
  protected readonly measures = computed(() => this.reply().request);
  protected readonly percent = computed(() => this.measures()?.progress?.percent ?? 0);

  readonly #isThinking = computed(() => this.isOpen() && this.reply().text === '');
  /** Open while only thoughts have come. They stay open for a reader who is not at the end: folding moves the text. */
  protected readonly showsThoughts = linkedSignal<boolean, boolean>({
    source: this.#isThinking,
    computation: (isThinking, before) =>
      isThinking || ((before?.value ?? false) && untracked(() => this.#view?.follows() === false)),
  });
}
