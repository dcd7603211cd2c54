import { Lexer, type TokensList } from 'marked';
import { closeMarkdown } from 'rxjs-gemini';

/**
 * The blocks of a text in Markdown. A model that repeats itself can nest quotes and lists by the thousand, which no
 * reader of Markdown survives: such a text is one block, as it is.
 *
 * @param isOpen - Whether the text may end in the middle of its Markdown.
 */
export function lex(text: string, isOpen: boolean): TokensList {
  try {
    return Lexer.lex(isOpen ? closeMarkdown(text) : text);
  } catch {
    const plain = { type: 'paragraph', raw: text, text, tokens: [{ type: 'text', raw: text, text }] };
    return Object.assign([plain], { links: {} });
  }
}
