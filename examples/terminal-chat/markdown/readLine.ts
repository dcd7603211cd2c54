/** A line of Markdown, without its containers: what it begins or continues. */
type LineKind = 'blank' | 'text' | 'heading' | 'rule' | 'underline' | 'fence' | 'row';

export interface Line {
  readonly kind: LineKind;
  /** The number of quotes that the line is in. */
  readonly quotes: number;
  /** The columns before the first list marker, or before the text if there is none. */
  readonly indent: number;
  /** The list markers at the beginning of the line, with the columns at which they and their text begin. */
  readonly markers: readonly Marker[];
  /** The text after the containers, the mark of a heading and the box of a task. */
  readonly rest: string;
  /** The level of a heading, else 0. */
  readonly level: number;
  /** Whether the task of a list item is done; undefined if the item is not a task. */
  readonly isDone: boolean | undefined;
}

interface Marker {
  readonly text: string;
  readonly indent: number;
  readonly content: number;
}

const thematicBreak = /^([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
/** A line that may still become a thematic break, the line under a heading, a list item, a heading or a fence. */
const undecided = /^(?:([-*_])(?:[ \t]*\1)*[ \t]*|=+[ \t]*|[-+*]|\d{1,9}[.)]?|#{1,6}|`+|~+|)$/;

/**
 * Reads the beginning of a line, whose end may still be to come: undefined if that decides what the line is. A line that
 * begins with `|` or a fence is read as a whole.
 */
export function readLine(line: string, isWhole: boolean): Line | undefined {
  let place = 0;
  let column = 0;
  const take = (pattern: RegExp): string => {
    const [taken = ''] = pattern.exec(line.slice(place)) ?? [];
    for (const character of taken) column += character === '\t' ? 4 - (column % 4) : 1;
    place += taken.length;
    return taken;
  };
  let quotes = 0;
  while (take(/^ {0,3}>/)) {
    quotes += 1;
    // One space belongs to the mark: columns count from after it.
    take(/^ /);
    column = 0;
  }
  take(/^[ \t]*/);
  const indent = column;
  const isRule = thematicBreak.test(line.slice(place));
  const markers: Marker[] = [];
  if (!isWhole && undecided.test(line.slice(place))) return undefined;
  while (!isRule) {
    const before = column;
    const mark = take(/^(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/);
    if (mark === '') break;
    const width = column;
    take(/^[ \t]*/);
    markers.push({
      text: mark,
      indent: before,
      content: column - width > 4 || line.length === place ? width + 1 : column,
    });
  }
  // A line with a number alone may be an answer.
  if (isWhole && place === line.length && /^\d/.test(markers.at(-1)?.text ?? '')) {
    return { ...text, quotes, indent, markers: [], rest: line.trim() };
  }
  const rest = line.slice(place);
  if (!isWhole && (undecided.test(rest) || (markers.length > 0 && /^\[[ xX]?\]?$/.test(rest)))) return undefined;
  const [box, done] = /^\[([ xX])\](?:[ \t]+|$)/.exec(markers.length > 0 ? rest : '') ?? [];
  const isDone = done === undefined ? undefined : done !== ' ';
  const [mark] = /^#{1,6}(?:[ \t]+|$)/.exec(rest) ?? [];
  const kind = isRule ? 'rule' : mark === undefined ? kindOf(rest, markers) : 'heading';
  if (!isWhole && (kind === 'fence' || kind === 'row')) return undefined;
  const length = (mark ?? box ?? '').length;
  return { kind, quotes, indent, markers, rest: rest.slice(length), level: mark?.trim().length ?? 0, isDone };
}

const text = { kind: 'text', level: 0, isDone: undefined } as const;

function kindOf(rest: string, markers: readonly Marker[]): LineKind {
  if (rest.trim() === '') return markers.length > 0 ? 'text' : 'blank';
  if (/^(?:-+|=+)[ \t]*$/.test(rest)) return 'underline';
  if (/^(?:`{3,}[^`]*$|~{3,})/.test(rest)) return 'fence';
  return rest.startsWith('|') ? 'row' : 'text';
}
