import { Marked, type MarkedToken, type Token, type Tokens, type TokensList } from 'marked';

const markdown = new Marked({
  renderer: {
    // HTML that a model writes is shown and not run.
    html: ({ text }) => escape(text),
    // An image would be fetched unasked, and its address can carry off what was said.
    image: ({ href, text }) => link(href, escape(text || href)),
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens));
    },
    // Code is read from the left in every language.
    codespan: ({ text }) => `<code dir="ltr">${escape(text)}</code>`,
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

/** The blocks of a text: paragraphs, lists, blocks of code, … */
export interface Blocks {
  readonly tokens: readonly MarkedToken[];
  /** The addresses that the text defines for its links. They count for blocks that come before them, too. */
  readonly links: string;
}

/**
 * Parses a text in Markdown. Of a text that grows only the last block changes, so all others are the objects of the time
 * before, and a view leaves them as they are: no flicker, what is selected stays selected, and code is highlighted once.
 */
export function parseMarkdown(text: string, before?: Blocks): Blocks {
  const tokens = lex(text);
  const links = JSON.stringify(tokens.links);
  const known = before?.links === links ? before.tokens : [];
  const shown = tokens.filter(({ type }) => type !== 'space' && type !== 'def') as MarkedToken[];
  return { links, tokens: shown.map((token, index) => sameBlock(known[index], token) ?? token) };
}

/**
 * A model that repeats itself can nest quotes and lists by the thousand, which no reader of Markdown survives: such a
 * text is one block, as it is.
 */
function lex(text: string): TokensList {
  try {
    return markdown.lexer(text);
  } catch {
    return Object.assign([plainBlock(text)], { links: {} });
  }
}

/** A paragraph without markup. */
export function plainBlock(text: string): Tokens.Paragraph {
  return { type: 'paragraph', raw: text, text, tokens: [{ type: 'text', raw: text, text }] };
}

function sameBlock(known: MarkedToken | undefined, token: MarkedToken): MarkedToken | undefined {
  // The empty lines after a block belong to it for some types.
  return known?.type === token.type && known.raw.trimEnd() === token.raw.trimEnd() ? known : undefined;
}

/** The HTML of the text within a block, for `innerHTML`, which sends it through Angular's sanitizer. */
export function inlineHtml(tokens: readonly Token[] | undefined): string {
  return markdown.Parser.parseInline([...(tokens ?? [])], markdown.defaults);
}

/** Only addresses that a person can look at before they follow them: no scripts, no data. */
function link(href: string, label: string): string {
  if (!/^(?:https?:|mailto:)/i.test(href)) return label;
  return `<a href="${escape(href)}" target="_blank" rel="noopener noreferrer nofollow">${label}</a>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
