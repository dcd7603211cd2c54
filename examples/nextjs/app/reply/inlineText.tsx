import type { Token, Tokens } from 'marked';
import type { ReactNode } from 'react';

/** The Markdown within a line, as React elements: HTML of the model is text, and a picture is a link to it. */
export function inlineText(tokens: readonly Token[] = []): ReactNode[] {
  return tokens.map((token, index) => <Inline key={index} token={token as Tokens.Generic} />);
}

function Inline({ token }: { readonly token: Tokens.Generic }): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inlineText(token.tokens)}</strong>;
    case 'em':
      return <em>{inlineText(token.tokens)}</em>;
    case 'del':
      return <del>{inlineText(token.tokens)}</del>;
    case 'codespan':
      return <code dir="ltr">{token['text']}</code>;
    case 'br':
      return <br />;
    case 'html':
      return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw;
    case 'link':
      return <SafeLink href={token['href']}>{inlineText(token.tokens)}</SafeLink>;
    case 'image':
      // Loading it would tell another server that somebody reads this.
      return <SafeLink href={token['href']}>{token['text'] || token['href']}</SafeLink>;
    case 'checkbox':
      return <input type="checkbox" aria-label="Done" checked={token['checked']} readOnly disabled />;
    case 'escape':
      return token['text'];
    default:
      return token.tokens ? inlineText(token.tokens) : withCharacters(token['text'] ?? token.raw);
  }
}

function SafeLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  // A URL of another scheme, such as `javascript:`, may run code.
  if (!/^(https?:|mailto:)/i.test(href)) return children;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

const characters: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  copy: '©',
  gt: '>',
  hellip: '…',
  lt: '<',
  mdash: '—',
  nbsp: '\u00A0',
  ndash: '–',
  quot: '"',
};

/** Replaces the character references of HTML that models write. */
function withCharacters(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (reference, decimal, hex, name) => {
    if (name !== undefined) return characters[name] ?? reference;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });
}
