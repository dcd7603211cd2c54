import {
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  input,
  model,
  output,
  viewChild,
} from '@angular/core';

/** The box for a message. Send and Stop have places of their own, so that a double click on one does not hit the other. */
@Component({
  selector: 'app-composer',
  templateUrl: './composer.html',
  styleUrl: './composer.css',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Composer {
  readonly text = model('');
  /** Whether a reply is under way: nothing can be sent, and it can be stopped. */
  readonly isBusy = input(false);
  /** Whether the message replaces an earlier one. */
  readonly isEditing = input(false);
  readonly sent = output<string>();
  readonly stopped = output();
  readonly cancelled = output();

  protected readonly canSend = computed(() => !this.isBusy() && this.text().trim() !== '');
  private readonly box = viewChild.required<ElementRef<HTMLTextAreaElement>>('box');

  focus(): void {
    this.box().nativeElement.focus();
  }

  protected submit(event: Event): void {
    event.preventDefault();
    if (!this.canSend()) return;
    const text = this.text().trim();
    this.text.set('');
    this.sent.emit(text);
  }

  /** With no other key: Shift and Enter start a new line. */
  protected onEnter(event: Event): void {
    // In Chinese, Japanese or Korean, Enter picks a word first. Safari says so by the code alone, after the composition.
    if (event instanceof KeyboardEvent && (event.isComposing || event.keyCode === 229)) return;
    this.submit(event);
  }
}
