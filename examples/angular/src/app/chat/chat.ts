import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import type { ChatMessage, ChatStatus } from 'rxjs-gemini';
import { RepliesService } from '../backend/replies.service';
import { Reply } from '../reply/reply';
import { ChatService } from './chat.service';

/** As near to the end, in px, a reader follows the text as it grows. */
const nearEnd = 80;

@Component({
  selector: 'app-chat',
  imports: [Reply, RouterLink],
  templateUrl: './chat.html',
  styleUrl: './chat.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown.escape)': 'stop()' },
})
export class Chat {
  readonly #replies = inject(RepliesService);
  protected readonly chat = inject(ChatService);

  protected readonly health = rxResource({ stream: () => this.#replies.health() });

  /** The messages, each with the branches at its place and the position of its own. */
  protected readonly rows = computed(() =>
    this.chat.messages().map((message) => {
      const branches = this.chat.branches(message.id);
      return { message, branches, position: branches.findIndex(({ id }) => id === message.id) };
    }),
  );
  protected readonly last = computed(() => this.rows().at(-1)?.message);
  protected readonly isBusy = computed(() => this.chat.status() !== 'idle');
  /** The announcement for screen readers, which read the text itself on request. */
  protected readonly announcement = computed(() => {
    const status = this.chat.status();
    if (status !== 'idle') return announcements[status];
    const last = this.last();
    return last?.role === 'model' ? announcements[last.status] : undefined;
  });
  /** The message of the user that is being edited. */
  protected readonly edited = signal<ChatMessage | undefined>(undefined);
  protected readonly suggestions = [
    'Why is the sky blue?',
    'Explain backpressure in two paragraphs',
    'A table of three teas',
  ];

  private readonly box = viewChild.required<ElementRef<HTMLTextAreaElement>>('box');
  private readonly log = viewChild.required<ElementRef<HTMLElement>>('log');
  #follows = true;

  constructor() {
    // To leave the page closes the request, too.
    inject(DestroyRef).onDestroy(() => this.chat.stop());
    afterRenderEffect(() => {
      this.rows();
      const { nativeElement: log } = this.log();
      if (this.#follows) log.scrollTop = log.scrollHeight;
    });
  }

  protected submit(event?: Event): void {
    event?.preventDefault();
    const { nativeElement: box } = this.box();
    const text = box.value.trim();
    if (this.isBusy() || text === '') return;
    this.ask(text);
    box.value = '';
  }

  /** With no other key: Shift and Enter start a new line. */
  protected onEnter(event: Event): void {
    // In Chinese, Japanese or Korean, Enter picks a word first.
    if (!(event instanceof KeyboardEvent && event.isComposing)) this.submit(event);
  }

  protected ask(text: string): void {
    const edited = this.edited();
    this.edited.set(undefined);
    this.#follows = true;
    if (edited) this.chat.edit(edited.id, text);
    else this.chat.submit(text);
    this.box().nativeElement.focus();
  }

  protected edit(message: ChatMessage | undefined): void {
    this.edited.set(message);
    const { nativeElement: box } = this.box();
    box.value = message?.text ?? '';
    box.focus();
  }

  protected stop(): void {
    if (this.isBusy()) this.chat.stop();
    else if (this.edited()) this.edit(undefined);
    this.box().nativeElement.focus();
  }

  protected regenerate(): void {
    this.#follows = true;
    this.chat.regenerate();
  }

  protected onScroll({ scrollHeight, scrollTop, clientHeight }: HTMLElement): void {
    this.#follows = scrollHeight - scrollTop - clientHeight < nearEnd;
  }
}

const announcements: Readonly<Record<Exclude<ChatStatus, 'idle'> | ChatMessage['status'], string>> = {
  waiting: 'The model is thinking',
  streaming: 'The model is answering',
  calling: 'The model is answering',
  complete: 'The reply is complete',
  stopped: 'The reply is complete',
  cancelled: 'The reply was stopped',
  failed: 'The reply failed',
};
