import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import type { ChatMessage } from 'rxjs-gemini';
import { RepliesService } from '../backend/replies.service';
import { Composer } from '../composer/composer';
import { ConversationsService } from '../conversations/conversations.service';
import { FollowsEnd } from '../followsEnd/followsEnd';
import { Reply } from '../reply/reply';
import { announcementOf } from './announcement';
import { BoxText } from './boxText';
import { ChatService } from './chat.service';
import { rowsOf } from './rows';

/** A failure with less than this below the view, in px, is in view. */
const failureHeight = 64;

@Component({
  selector: 'app-chat',
  imports: [Composer, FollowsEnd, Reply, RouterLink],
  templateUrl: './chat.html',
  styleUrl: './chat.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown.escape)': 'onEscape($event)' },
})
export class Chat {
  readonly #replies = inject(RepliesService);
  protected readonly chat = inject(ChatService);
  protected readonly conversations = inject(ConversationsService);
  protected readonly text = inject(BoxText).text;

  protected readonly health = rxResource({ stream: () => this.#replies.health() });
  protected readonly isBusy = computed(() => this.chat.status() !== 'idle');
  protected readonly rows = computed(() => rowsOf(this.chat, this.chat.messages(), this.isBusy()));
  protected readonly last = computed(() => this.rows().at(-1));
  protected readonly announcement = computed(() => announcementOf(this.chat.status(), this.last()?.shown));
  /** The message of the user that is being edited. */
  protected readonly edited = signal<ChatMessage | undefined>(undefined);
  protected readonly suggestions = [
    'Why is the sky blue?',
    'Explain backpressure in two paragraphs',
    'A table of three teas',
    'Is today a good day for a trip from Oslo to Bergen?',
  ];

  private readonly composer = viewChild.required(Composer);
  private readonly view = viewChild.required(FollowsEnd);
  /** The failure of the newest reply, if its reader has moved away from it. */
  protected readonly hiddenFailure = computed(() =>
    this.view().below() > failureHeight ? this.last()?.shown.error : undefined,
  );

  constructor() {
    // To leave the page closes the request, too.
    inject(DestroyRef).onDestroy(() => this.chat.stop());
    let isFirst = true;
    effect(() => {
      this.conversations.id();
      untracked(() => {
        if (!isFirst) this.#openAnother();
        isFirst = false;
      });
    });
  }

  protected ask(text: string): void {
    const edited = this.edited();
    this.edited.set(undefined);
    if (edited) this.chat.edit(edited.id, text);
    else this.chat.submit(text);
    this.view().toEnd();
    this.composer().focus();
  }

  protected edit(message: ChatMessage | undefined): void {
    this.edited.set(message);
    this.text.set(message?.text ?? '');
    this.composer().focus();
  }

  protected stop(): void {
    this.chat.stop();
    this.composer().focus();
  }

  protected regenerate(): void {
    this.chat.regenerate();
    this.view().toEnd();
  }

  protected onEscape(event: Event): void {
    // It ends a composition in Chinese, Japanese or Korean, and no more than that.
    if (event instanceof KeyboardEvent && (event.isComposing || event.keyCode === 229)) return;
    if (this.isBusy()) this.stop();
    else if (this.edited()) this.edit(undefined);
  }

  #openAnother(): void {
    // A copy of this conversation has the messages of before.
    const { id } = this.edited() ?? {};
    if (id !== undefined && !this.chat.messages().some((message) => message.id === id)) this.edit(undefined);
    else if (this.chat.messages().length === 0) this.composer().focus();
  }
}
