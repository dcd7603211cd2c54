import type { MarkedToken, Token, Tokens } from 'marked';
import { codeBlock } from './codeBlock.js';
import { make } from './find.js';

/** The most quotes and lists within each other: more would leave no width for the text. */
const deepest = 8;

/**
 * The nodes of a block of Markdown. They are made one by one, never from HTML: so markup that a model writes is text.
 *
 * @param isGrowing - Whether more of the block may come.
 * @param depth - The number of quotes and lists around it.
 */
export function block(token: Token, isGrowing = false, depth = 0): Node {
  // The lexer has no extensions: it makes these tokens only.
  const known = token as MarkedToken;
  const isContainer = known.type === 'blockquote' || known.type === 'list';
  if (isContainer && depth === deepest) return make('p', { dir: 'auto' }, known.raw.trim());
  switch (known.type) {
    case 'heading': {
      // The page has the heading of the first level.
      const level = Math.max(known.depth, 2) as 2 | 3 | 4 | 5 | 6;
      return make(`h${level}`, { dir: 'auto' }, ...inline(known.tokens));
    }
    case 'code':
      return codeBlock(
        known.text,
        (known.lang ?? '')
          .trim()
          .split(/[\s{,]/, 1)[0]
          ?.toLowerCase() ?? '',
        isGrowing,
      );
    case 'blockquote':
      return make('blockquote', {}, ...blocks(known.tokens, isGrowing, depth + 1));
    case 'list':
      return list(known, isGrowing, depth + 1);
    case 'table':
      return table(known);
    case 'hr':
      return make('hr');
    case 'space':
    case 'def':
      return document.createDocumentFragment();
    case 'html':
      return make('p', { dir: 'auto', className: 'raw' }, known.text.trim());
    case 'paragraph':
      return make('p', { dir: 'auto' }, ...inline(known.tokens));
    default:
      return make('p', { dir: 'auto' }, ...inline([token]));
  }
}

function blocks(tokens: readonly Token[], isGrowing: boolean, depth: number): Node[] {
  return tokens.map((token, index) => block(token, isGrowing && index === tokens.length - 1, depth));
}

function list({ ordered, start, items }: Tokens.List, isGrowing: boolean, depth: number): HTMLElement {
  const entries = items.map((item, index) => {
    const isLast = index === items.length - 1;
    const nodes = item.tokens.flatMap((token, place) =>
      token.type === 'text' || token.type === 'checkbox'
        ? inline([token])
        : [block(token, isGrowing && isLast && place === item.tokens.length - 1, depth)],
    );
    return make('li', { dir: 'auto' }, ...nodes);
  });
  return ordered ? make('ol', { start: Number(start) || 1 }, ...entries) : make('ul', {}, ...entries);
}

function table({ header, rows }: Tokens.Table): HTMLElement {
  const cellsOf = (cells: readonly Tokens.TableCell[], name: 'td' | 'th') =>
    cells.map(({ tokens, align }) => make(name, { dir: 'auto', className: align ?? '' }, ...inline(tokens)));
  const head = make('thead', {}, make('tr', {}, ...cellsOf(header, 'th')));
  const body = make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cellsOf(cells, 'td'))));
  const wrapper = make('div', { className: 'table', tabIndex: 0 }, make('table', {}, head, body));
  wrapper.setAttribute('role', 'region');
  return wrapper;
}

function inline(tokens: readonly Token[]): Node[] {
  return tokens.map((token) => {
    const known = token as MarkedToken;
    switch (known.type) {
      case 'strong':
      case 'em':
      case 'del':
        return make(known.type, {}, ...inline(known.tokens));
      case 'codespan':
        return make('code', { dir: 'ltr' }, known.text);
      case 'br':
        return make('br');
      case 'link':
        return link(known.href, inline(known.tokens));
      case 'image':
        // An image would be a request that the reader did not ask for.
        return link(known.href, [document.createTextNode(known.text || known.href)]);
      case 'checkbox':
        return document.createTextNode(known.checked ? '☑ ' : '☐ ');
      case 'text':
        return known.tokens ? fragment(inline(known.tokens)) : document.createTextNode(withoutEntities(known.text));
      default:
        return document.createTextNode('text' in known ? known.text : known.raw);
    }
  });
}

function link(href: string, children: readonly Node[]): Node {
  if (!URL.canParse(href) || !['http:', 'https:', 'mailto:'].includes(new URL(href).protocol))
    return fragment(children);
  return make('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...children);
}

function fragment(nodes: readonly Node[]): DocumentFragment {
  const made = document.createDocumentFragment();
  made.append(...nodes);
  return made;
}

/** `&amp;` in Markdown is an ampersand. */
function withoutEntities(text: string): string {
  if (!text.includes('&')) return text;
  // The content of a textarea is text, whatever it is.
  const area = document.createElement('textarea');
  area.innerHTML = text.replaceAll('<', '&lt;');
  return area.value;
}
