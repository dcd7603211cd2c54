import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { MarkedToken, Token, Tokens } from 'marked';
import { CodeBlock } from './codeBlock';
import { inlineHtml, plainBlock } from './parseMarkdown';

/** The most quotes and lists within each other: more would leave no width for the text. */
const deepest = 8;

/** The blocks of a text, and those within its lists and quotations. */
@Component({
  selector: 'app-markdown-blocks',
  imports: [CodeBlock],
  templateUrl: './markdownBlocks.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MarkdownBlocks {
  readonly tokens = input.required<readonly Token[]>();
  /** The number of quotes and lists around them. */
  readonly depth = input(0);

  protected readonly blocks = computed(() =>
    (this.tokens() as readonly MarkedToken[]).map((token) => this.#shown(token)),
  );
  protected readonly inline = inlineHtml;

  /** The name of a table for a screen reader: tables are regions, as they scroll. */
  protected nameOf({ header }: Tokens.Table): string {
    return `Table: ${header.map(({ text }) => text).join(', ')}`;
  }

  #shown(token: MarkedToken): MarkedToken {
    const isContainer = token.type === 'blockquote' || token.type === 'list';
    return isContainer && this.depth() === deepest ? plainBlock(token.raw.trim()) : token;
  }
}
