/** A piece of code, a link or a character that is written in another way. */
export interface Element {
  /** The length of the whole element. */
  readonly length: number;
  /** The text that is shown. */
  readonly text: string;
  readonly isCode?: boolean;
  /** The address of a link. */
  readonly address?: string;
}

/** What follows the text: more text, the end of its block, or nothing, because the text was cut off. */
export type Next = 'more' | 'end' | 'cut';

/** An element at the beginning of a text; `open` if its end may still come, `none` if there is no element. */
type Found = Element | 'open' | 'none';

/** An element that is longer than this has no meaning, so that no text waits for long. */
const longest = 1000;

const openIf = (condition: boolean): 'open' | 'none' => (condition ? 'open' : 'none');

/** Code between runs of backticks of one length. */
export function readCode(text: string, next: Next): Found {
  const [mark = ''] = /^`+/.exec(text) ?? [];
  // A run at the end of the text may still become longer.
  const isRun = next !== 'more' || mark.length < text.length;
  if (!isRun) return openIf(text.length < longest);
  const closing = new RegExp(`(?<!\`)\`{${String(mark.length)}}(?!\`)`, 'g');
  closing.lastIndex = mark.length;
  const close = closing.exec(text);
  if (close && (next !== 'more' || close.index + mark.length < text.length)) {
    return codeOf(text.slice(mark.length, close.index), close.index + mark.length);
  }
  if (next === 'cut' && text.length < longest) return codeOf(text.slice(mark.length).replace(/`+$/, ''), text.length);
  return next === 'more' && text.length < longest ? 'open' : { length: mark.length, text: mark };
}

function codeOf(code: string, length: number): Element {
  const line = code.replaceAll('\n', ' ');
  return { length, text: /^ .*[^ ].* $/.test(line) ? line.slice(1, -1) : line, isCode: true };
}

const label = String.raw`!?\[(?<label>(?:[^[\]\\]|\\[^]|\[(?:[^[\]\\]|\\[^])*\])*)`;
const address = String.raw`(?:<(?<angled>(?:[^<>()\n]|\([^<>()\n]*\))*)>|(?<bare>(?:[^\s()<>]|\([^\s()<>]*\))*))`;
const title = String.raw`(?:[ \t]+(?:"[^"()\n]*"|'[^'()\n]*'))?`;
const whole = new RegExp(String.raw`^${label}\]\([ \t]*${address}${title}[ \t]*\)`);
const halfLabel = new RegExp(String.raw`^(?:!|${label}(?:\\|\]|\[[^\]]*)?)$`);
/** A link whose address is not whole. */
const half = new RegExp(String.raw`^${label}\]\((?:[^()\n]|\([^()\n]*\))*(?:\([^()\n]*)?$`);

/** A link with its label, or a picture, which is shown as a link. */
export function readLink(text: string, next: Next): Found {
  const link = whole.exec(text);
  if (link) {
    const { label: shown = '', angled, bare = '' } = link.groups ?? {};
    return { length: link[0].length, text: shown, address: angled ?? bare };
  }
  const cut = half.exec(text);
  if (cut && next === 'cut') return { length: text.length, text: cut.groups?.['label'] ?? '', address: '' };
  return openIf(text.length < longest && (cut !== null || halfLabel.test(text)));
}

/** An address in angle brackets, and the line break of HTML. */
export function readAutolink(text: string): Found {
  const [found, url] = /^<([A-Za-z][A-Za-z\d+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w.-]+)>/.exec(text) ?? [];
  if (found && url) return { length: found.length, text: '', address: url };
  const [lineBreak] = /^<br\s*\/?>/i.exec(text) ?? [];
  if (lineBreak) return { length: lineBreak.length, text: '\n' };
  return openIf(text.length < longest && /^<(?:[^\s<>]*|br\s*\/?)$/i.test(text));
}

const characters = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&#39;', "'"],
  ['&nbsp;', '\u00A0'],
]);

export function entities(text: string): Found {
  const [name = ''] = /^&#?\w{1,5};/.exec(text) ?? [];
  const character = characters.get(name);
  return character === undefined ? openIf(/^&#?\w{0,5}$/.test(text)) : { length: name.length, text: character };
}
