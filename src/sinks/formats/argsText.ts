import { parseJsonPath, type PathSegment } from '../../chunk/jsonPath.js';
import type { GeminiPartialArg } from '../../chunk/response.js';

/** An object or a list that the text has opened and not closed. */
interface OpenContainer {
  /** The place of the container in the container around it; `''` for the arguments themselves. */
  readonly segment: PathSegment;
  readonly isList: boolean;
  /** The names of the members so far. */
  readonly names: Set<PathSegment>;
}

/**
 * Writes the arguments of a streamed call as JSON text that only grows.
 *
 * A piece that belongs before the end of the text, such as another member of a closed object, cannot be inserted: its
 * top-level member is written once more at the end. Of two members with one name, `JSON.parse` takes the later.
 */
export class ArgsText {
  readonly #open: OpenContainer[] = [container('', false)];
  /** The path of the string at the end of the text, while that string is open. */
  #openString: string | undefined;
  /** The names of the top-level members to write once more. */
  readonly #stale: Set<string>;
  #hasBegun = false;

  /** @param initial - The arguments that came whole, with the first piece. */
  constructor(initial: Readonly<Record<string, unknown>> = {}) {
    this.#stale = new Set(Object.keys(initial));
  }

  /** Returns the text of more pieces. */
  append(pieces: readonly GeminiPartialArg[]): string {
    return this.#begin() + pieces.map((piece) => this.#piece(piece)).join('');
  }

  /** Returns the rest of the text. @param args - The whole arguments. */
  end(args: Readonly<Record<string, unknown>>): string {
    const begun = this.#begin() + this.#closeTo(1);
    const written = this.#open[0]?.names ?? new Set();
    const missing = Object.entries(args).filter(([name]) => this.#stale.has(name) || !written.has(name));
    return `${begun}${missing.map(([name, value]) => this.#member(name) + JSON.stringify(value)).join('')}}`;
  }

  #begin(): string {
    if (this.#hasBegun) return '';
    this.#hasBegun = true;
    return '{';
  }

  #piece({ jsonPath = '', stringValue, numberValue, boolValue }: GeminiPartialArg): string {
    // Neighbouring strings of one path are one string.
    if (typeof stringValue === 'string' && jsonPath === this.#openString) return inner(stringValue);
    const path = parseJsonPath(jsonPath, Infinity) ?? [jsonPath];
    const depth = this.#commonDepth(path);
    const closing = this.#closeTo(depth);
    if (!this.#fits(path, depth)) {
      this.#stale.add(String(path[0])).add(jsonPath);
      return closing;
    }
    const opening = path.slice(depth - 1, -1).map((segment, index) => {
      const isList = typeof path[depth + index] === 'number';
      const text = this.#member(segment) + (isList ? '[' : '{');
      this.#open.push(container(segment, isList));
      return text;
    });
    const name = this.#member(path.at(-1) ?? '');
    if (typeof stringValue !== 'string')
      return `${closing}${opening.join('')}${name}${scalar(numberValue ?? boolValue)}`;
    this.#openString = jsonPath;
    return `${closing}${opening.join('')}${name}"${inner(stringValue)}`;
  }

  /** The number of open containers that a path goes through. */
  #commonDepth(path: readonly PathSegment[]): number {
    let depth = 1;
    while (depth < path.length && depth < this.#open.length && this.#open[depth]?.segment === path[depth - 1])
      depth += 1;
    return depth;
  }

  /** Whether the first new segment of a path is a new member of the last open container that the path goes through. */
  #fits(path: readonly PathSegment[], depth: number): boolean {
    const holder = this.#open[depth - 1];
    const segment = path[depth - 1] ?? '';
    if (!holder || holder.names.has(segment)) return false;
    const isIndex = typeof segment === 'number';
    if (isIndex !== holder.isList || (isIndex && segment !== holder.names.size)) return false;
    return path.slice(depth).every((later) => typeof later === 'string' || later === 0);
  }

  /** Closes the open string, and the containers beyond a depth. */
  #closeTo(depth: number): string {
    const quote = this.#openString === undefined ? '' : '"';
    this.#openString = undefined;
    const closed = this.#open.splice(depth).reverse();
    return quote + closed.map(({ isList }) => (isList ? ']' : '}')).join('');
  }

  /** Adds a member to the last open container; returns the text before its value. */
  #member(segment: PathSegment): string {
    const holder = this.#open.at(-1);
    const comma = holder && holder.names.size > 0 ? ',' : '';
    holder?.names.add(segment);
    return typeof segment === 'number' ? comma : `${comma}${JSON.stringify(segment)}:`;
  }
}

function container(segment: PathSegment, isList: boolean): OpenContainer {
  return { segment, isList, names: new Set() };
}

/** A string in JSON, without its quotes. */
function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** A number that JSON does not have becomes null, as in `JSON.stringify`. */
function scalar(value: number | boolean | undefined): string {
  return JSON.stringify(value ?? null);
}
