import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { MarkedToken, Token, Tokens } from 'marked';
import { CodeBlock } from './codeBlock';
import { inlineHtml } from './parseMarkdown';

/** The blocks of a text, and those within its lists and quotations. */
@Component({
  selector: 'app-markdown-blocks',
  imports: [CodeBlock],
  templateUrl: './markdownBlocks.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MarkdownBlocks {
  readonly tokens = input.required<readonly Token[]>();

  protected readonly blocks = computed(() => this.tokens() as readonly MarkedToken[]);
  protected readonly inline = inlineHtml;

  /** The name of a table for a screen reader: tables are regions, as they scroll. */
  protected nameOf({ header }: Tokens.Table): string {
    return `Table: ${header.map(({ text }) => text).join(', ')}`;
  }
}
