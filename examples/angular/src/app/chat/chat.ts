import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  viewChild,
} from '@angular/core';
import { rxResource, takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import { finalize, map, share, Subject, switchMap } from 'rxjs';
import { Backend, type Question } from '../gemini/backend';
import { GeminiService } from '../gemini/gemini.service';
import { isOpen } from '../reply/isOpen';
import { Reply } from '../reply/reply';
import { Conversation, type Turn } from './conversation';

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
  readonly #gemini = inject(GeminiService);
  readonly #backend = inject(Backend);
  readonly #conversation = inject(Conversation);
  readonly #questions$ = new Subject<Question>();
  readonly #stop$ = new Subject<string>();

  /** The turn that is being answered, as it stands. Another question ends it, and closes its request. */
  readonly #turn$ = this.#questions$.pipe(
    switchMap((question) =>
      this.#gemini.ask(question, this.#stop$).pipe(
        map((state): Turn => ({ id: question.id, prompt: question.prompt, state })),
        finalize(() => this.#conversation.close(question.id)),
      ),
    ),
    share(),
  );
  readonly #current = toSignal(this.#turn$);

  protected readonly health = rxResource({ stream: () => this.#backend.health() });

  protected readonly turns = this.#conversation.turns;
  protected readonly last = computed(() => this.turns().at(-1));
  protected readonly isBusy = computed(() => {
    const current = this.#current();
    return current !== undefined && isOpen(current.state);
  });
  /** The announcement for screen readers, which read the text itself on request. */
  protected readonly announcement = computed(() => {
    const current = this.#current();
    return current && announcements[current.state.status];
  });
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
    this.#turn$.pipe(takeUntilDestroyed()).subscribe((turn) => this.#conversation.keep(turn));
    afterRenderEffect(() => {
      this.turns();
      const { nativeElement: log } = this.log();
      if (this.#follows) log.scrollTop = log.scrollHeight;
    });
  }

  protected send(event?: Event): void {
    event?.preventDefault();
    const { nativeElement: box } = this.box();
    if (this.isBusy() || box.value.trim() === '') return;
    this.ask(box.value.trim());
    box.value = '';
  }

  /** With no other key: Shift and Enter start a new line. */
  protected onEnter(event: Event): void {
    // In Chinese, Japanese or Korean, Enter picks a word first.
    if (!(event instanceof KeyboardEvent && event.isComposing)) this.send(event);
  }

  protected ask(prompt: string): void {
    this.#follows = true;
    this.#questions$.next({ id: crypto.randomUUID(), prompt, history: this.#conversation.history() });
    this.box().nativeElement.focus();
  }

  protected stop(): void {
    if (!this.isBusy()) return;
    this.#stop$.next('You stopped it');
    this.box().nativeElement.focus();
  }

  protected retry({ id, prompt }: Turn): void {
    this.#conversation.forget(id);
    this.ask(prompt);
  }

  protected onScroll({ scrollHeight, scrollTop, clientHeight }: HTMLElement): void {
    this.#follows = scrollHeight - scrollTop - clientHeight < nearEnd;
  }
}

const announcements: Readonly<Record<Turn['state']['status'], string>> = {
  waiting: 'The model is thinking',
  streaming: 'The model is answering',
  complete: 'The reply is complete',
  stopped: 'The reply is complete',
  cancelled: 'The reply was stopped',
  failed: 'The reply failed',
};
