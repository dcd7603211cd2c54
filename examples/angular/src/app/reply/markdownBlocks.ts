import { Marked } from 'marked';

const markdown = new Marked({
  renderer: {
    // HTML that a model writes is shown and not run.
    html: ({ text }) => escape(text),
    // An image would be fetched unasked, and its address can carry off what was said.
    image({ href, text }) {
      return link(href, escape(text || href));
    },
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens));
    },
  },
});

/**
 * The HTML of a text in Markdown, a block (a paragraph, a list, a fence of code) each. Of a text that grows only the last
 * one changes, so a view leaves the others as they are: no flicker, and what is selected stays selected.
 *
 * It goes through Angular's sanitizer, as all that is bound to `innerHTML` does.
 */
export function markdownBlocks(text: string): readonly string[] {
  return markdown
    .lexer(text)
    .filter(({ type }) => type !== 'space')
    .map((token) => markdown.parser([token]));
}

function link(href: string, label: string): string {
  return `<a href="${escape(href)}" target="_blank" rel="noopener noreferrer nofollow">${label}</a>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
