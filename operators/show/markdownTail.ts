/** The end of a Markdown text that may be unfinished. */
export interface MarkdownTail {
  /** The length of the text without a marker at its end that has no meaning yet. */
  readonly end: number;
  /** The place of the text of the last block; undefined if the last block has no text that can be open. */
  readonly from?: number | undefined;
  /** The beginning of a further line of the last block: quotation marks and indentation. */
  readonly prefix: string;
  /** The line that closes the block of code at the end; undefined if none is open. */
  readonly closing?: string | undefined;
}

/** An open block of code. */
interface OpenCode {
  readonly marker: string;
  readonly prefix: string;
  readonly quotes: number;
  /** The indentation of the list item around the block; a line that is indented less ends both. */
  readonly indent: number;
}

/** The quotation marks, list markers and indentation of a line. */
const leadOf = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)))*[ \t]*/u;
const fenceStart = /^(`{3,}|~{3,})(.*)$/u;
const thematicBreak = /^([-*_])(?:[ \t]*\1){2,}[ \t]*$/u;
const heading = /^#{1,6}(?:[ \t]|$)/u;
const underline = /^(?:-+|=+)[ \t]*$/u;
/** The beginning of a thematic break or of the line under a heading. */
const halfRule = /^(?:--|==?)$/u;
/** The box of a task, or its beginning, before the text of the task. */
const halfTask = /^\[(?:[ xX]?|[ xX]\])$/u;
/** Tags that begin a block of HTML, in which Markdown is plain text. */
const htmlBlock =
  /^<(?:[!?]|\/?(?:article|aside|blockquote|body|center|details|dialog|div|dl|dd|dt|fieldset|figure|footer|form|h[1-6]|head|header|hr|html|iframe|li|main|nav|ol|p|pre|script|section|style|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?:[\s/>]|$))/iu;

/** Finds the block that is open at the end of a text, in one scan of the lines. */
export function markdownTail(text: string): MarkdownTail {
  let code: OpenCode | undefined;
  let from: number | undefined;
  let prefix = '';
  let quotes = 0;
  /** The kind of the last line, which decides whether the next line continues its block. */
  let last: 'none' | 'paragraph' | 'html' = 'none';
  /** The indentations of the open list items. */
  let items: number[] = [];
  let next: number;
  for (let start = 0; start < text.length; start = next) {
    const feed = text.indexOf('\n', start);
    const isLast = feed < 0;
    next = isLast ? text.length : feed + 1;
    const line = text.slice(start, next).trimEnd();
    if (code) {
      const inner = withoutQuotes(line, code.quotes);
      if (inner !== undefined && (inner.trim() === '' || indentOf(inner) >= code.indent)) {
        const marker = inner.trim();
        if (marker.startsWith(code.marker) && marker.replaceAll(code.marker.charAt(0), '') === '') code = undefined;
        else if (isLast && marker !== '' && code.marker.startsWith(marker)) {
          return { end: start + line.length - marker.length, prefix, closing: code.marker };
        }
        continue;
      }
      code = undefined;
    }
    const isRule = thematicBreak.test(line.replace(/^[ \t>]+/u, ''));
    const [lead = ''] = (isRule ? /^[ \t>]*/u : leadOf).exec(line) ?? [];
    const rest = line.slice(lead.length);
    const markers = lead.replace(/[\s>]/gu, '');
    const depth = lead.split('>').length - 1;
    if (rest === '' && markers === '') {
      // The paragraph may continue on this line.
      if (isLast && last === 'paragraph' && depth === quotes) return { end: depth > 0 ? start : next, from, prefix };
      last = 'none';
      from = undefined;
      continue;
    }
    if (depth !== quotes) items = [];
    if (depth > quotes || (depth < quotes && last !== 'paragraph')) last = 'none';
    quotes = depth;
    const indent = indentOf(lead.slice(lead.lastIndexOf('>') + 1));
    const isInList = items.length > 0;
    // A line of a paragraph may be indented less than its list item.
    if (last !== 'paragraph' || markers !== '') items = items.filter((item) => item <= indent);
    // The line after a paragraph may still become bold text, a list item or a thematic break, or underline a heading.
    if (isLast && last === 'paragraph' && markers === '' && halfRule.test(rest)) {
      return { end: start + lead.length, prefix };
    }
    // In a block of HTML and in an indented block of code, a marker is plain text.
    const isPlain = last === 'html' || (last === 'none' && indent - (items.at(-1) ?? 0) >= 4);
    if (isLast && markers !== '' && !isPlain) {
      const isNumber = /\d/u.test(markers);
      // `42.` may be an answer, and no paragraph is followed at once by a list that begins with 42.
      const mayBeItem =
        !isNumber || isInList || (last === 'none' ? line.length < next - start : /^0*1\D/u.test(markers));
      const isItem = /[-+*.)][ \t]+$/u.test(lead);
      // `- [x` may become a task, or a link.
      if (rest === '' ? mayBeItem : isItem && halfTask.test(rest)) {
        return { end: start + (depth > 0 ? lead.search(/[^\s>]/u) : 0), prefix };
      }
    }
    const isNew = markers !== '' || last === 'none';
    if (isRule || (last === 'paragraph' && markers === '' && underline.test(rest))) {
      last = 'none';
      from = undefined;
      continue;
    }
    if (isNew) prefix = lead.replace(/[^\s>]/gu, ' ');
    if (markers !== '') items.push(columnsOf(prefix.slice(prefix.lastIndexOf('>') + 1)));
    const inset = items.at(-1) ?? 0;
    const [, marker, info = ''] = fenceStart.exec(rest) ?? [];
    if (marker !== undefined && !(marker.startsWith('`') && info.includes('`'))) {
      prefix = lead.replace(/[^\s>]/gu, ' ');
      const around = items.findLast((item) => item <= columnsOf(prefix.slice(prefix.lastIndexOf('>') + 1))) ?? 0;
      code = { marker, prefix, quotes, indent: around };
      last = 'none';
      from = undefined;
    } else if (isNew && markers === '' && indent - inset >= 4) {
      from = undefined;
    } else if (last === 'html' || (isNew && htmlBlock.test(rest))) {
      last = 'html';
      // A half tag is dropped, and a comment that is open.
      const isComment = from !== undefined && !isNew && text.startsWith('<!--', from) && !line.includes('-->');
      const tag = rest.startsWith('<!--') ? lead.length : line.lastIndexOf('<');
      const isHalf = tag >= 0 && !line.includes('>', tag);
      if (!isComment) from = isHalf ? start + tag : undefined;
    } else {
      const isHeading = heading.test(rest);
      if (isNew || isHeading || from === undefined) from = start + lead.length;
      last = isHeading || rest === '' ? 'none' : 'paragraph';
    }
  }
  if (!code) return { end: text.length, from, prefix };
  return { end: text.length, prefix, closing: `${text.endsWith('\n') ? '' : '\n'}${code.prefix}${code.marker}` };
}

/** The line without a number of quotation marks; undefined if the line has fewer. */
function withoutQuotes(line: string, quotes: number): string | undefined {
  let rest = line;
  for (let depth = 0; depth < quotes; depth++) {
    const mark = /^[ \t]*>/u.exec(rest);
    if (!mark) return undefined;
    rest = rest.slice(mark[0].length);
  }
  return rest;
}

/** The columns of white space at the start of a line or of a part of a line. */
function indentOf(line: string): number {
  return columnsOf(/^[ \t]*/u.exec(line)?.[0] ?? '');
}

/** The columns of white space; a tab ends at the next multiple of 4. */
function columnsOf(space: string): number {
  let columns = 0;
  for (const character of space) columns += character === '\t' ? 4 - (columns % 4) : 1;
  return columns;
}
