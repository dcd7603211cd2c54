import { ChangeDetectionStrategy, Component, computed, input, linkedSignal, ViewEncapsulation } from '@angular/core';
import { closeMarkdown } from 'rxjs-gemini';
import { MarkdownBlocks } from './markdownBlocks';
import { parseMarkdown, type Blocks } from './parseMarkdown';

/** A text in Markdown, also one that still grows. */
@Component({
  selector: 'app-markdown',
  imports: [MarkdownBlocks],
  template: `<app-markdown-blocks [tokens]="blocks().tokens" />`,
  styleUrl: './markdown.css',
  // The HTML of a text has no attributes by which the styles of a component would find it.
  encapsulation: ViewEncapsulation.None,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Markdown {
  readonly text = input.required<string>();
  /** Whether the text may end in the middle: it grows, or it was cut off. Then open markup is closed for the view. */
  readonly isPartial = input(false);

  readonly #closed = computed(() => (this.isPartial() ? closeMarkdown(this.text()) : this.text()));
  protected readonly blocks = linkedSignal<string, Blocks>({
    source: this.#closed,
    computation: (text, before) => parseMarkdown(text, before?.value),
  });
}
