import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  inject,
  input,
  signal,
  ViewEncapsulation,
} from '@angular/core';
import { Highlighter } from './highlighter';

/** The time for which the button says how copying went, in ms. */
const told = 2_000;

/** A block of code with its language, highlighting, and a button that copies it. */
@Component({
  selector: 'app-code-block',
  template: `
    <div class="code">
      <div class="bar">
        <span class="language">{{ name() || 'text' }}</span>
        <button type="button" (click)="copy()">{{ outcome() ?? 'Copy code' }}</button>
      </div>
      <pre dir="ltr" tabindex="0"><code [innerHTML]="html()"></code></pre>
    </div>
  `,
  styleUrl: './code.css',
  // The HTML of the highlighter has no attributes by which the styles of a component would find it.
  encapsulation: ViewEncapsulation.None,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CodeBlock {
  readonly code = input.required<string>();
  readonly language = input<string>();

  readonly #highlighter = inject(Highlighter);
  /** The first word: a model may write a file name after it. */
  protected readonly name = computed(() => /^[\w+#-]+/.exec(this.language() ?? '')?.[0]);
  protected readonly html = computed(() => this.#highlighter.toHtml(this.code(), this.name()));
  protected readonly outcome = signal<'Copied' | 'Not copied' | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.code());
      this.outcome.set('Copied');
    } catch {
      // The browser or the person does not allow it.
      this.outcome.set('Not copied');
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.outcome.set(undefined), told);
  }
}
