import { Lexer, type TokensList } from 'marked';
import { closeMarkdown } from 'rxjs-gemini';

/**
 * The blocks of a text in Markdown that may end in the middle. A model that repeats itself can nest quotes and lists by
 * the thousand, which no reader of Markdown survives: such a text is one block, as it is.
 */
export function lex(text: string): TokensList {
  try {
    return new Lexer().lex(closeMarkdown(text));
  } catch {
    return Object.assign([plainBlock(text)], { links: {} });
  }
}

/** A paragraph without markup. */
function plainBlock(text: string): TokensList[number] {
  return { type: 'paragraph', raw: text, text, tokens: [{ type: 'text', raw: text, text }] };
}
