import { setField } from '../../src/chunk/copyFields.js';
import type { Fields } from '../../src/rx/isObject.js';
import { joinText } from '../../src/chunk/joinText.js';
import type { JsonEvents } from './jsonEvents.js';

/** An object or a list that is open, or was. It only grows, so that its first `n` children stay what they are. */
interface Container {
  readonly outer: Container | undefined;
  /** How many children `outer` had before this one. */
  readonly position: number;
  /** The names of an object's members; none for a list. */
  readonly names: string[] | undefined;
  /** The children that are whole. */
  readonly children: unknown[];
}

/** Builds values of what a reader reads, and shows the first as it stands at any time, at a constant cost. */
export class JsonBuilder implements JsonEvents {
  /** Outside of all: the values that are whole. */
  readonly #values: unknown[] = [];
  /** The innermost one. */
  #open: Container = { outer: undefined, position: 0, names: undefined, children: this.#values };
  /** The string that is open. */
  #text: string | undefined;
  #isChanged = false;

  /** Whether there is more to see than when it was last shown. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Gives the values that became whole since the last time, and keeps none of them. */
  take(): unknown[] {
    return this.#values.splice(0);
  }

  /** The value as it stands, which stays so when it goes on. */
  show(): GrowingValue {
    this.#isChanged = false;
    const whole = this.#open.outer ? undefined : this.#values[0];
    return new GrowingValue(this.#open, this.#text ?? whole);
  }

  open(isObject: boolean): void {
    this.#isChanged = true;
    const outer = this.#open;
    this.#open = { outer, position: outer.children.length, names: isObject ? [] : undefined, children: [] };
  }

  close(): void {
    const { outer, names, children } = this.#open;
    if (!outer) return;
    this.#open = outer;
    outer.children.push(names ? objectOf(names, children, children.length) : children);
  }

  key(name: string): void {
    this.#open.names?.push(name);
  }

  startText(): void {
    this.#isChanged = true;
    this.#text = '';
  }

  text(piece: string): void {
    this.#isChanged = true;
    this.#text = joinText(this.#text ?? '', piece);
  }

  endText(): void {
    this.#open.children.push(this.#text);
    this.#text = undefined;
  }

  scalar(value: number | boolean | null): void {
    this.#isChanged = true;
    this.#open.children.push(value);
  }
}

/**
 * A value that is not whole. `value` is put together when it is first read: what is open is copied, what is whole is
 * shared with every later one.
 */
export class GrowingValue {
  readonly complete = false;
  readonly #open: Container;
  readonly #count: number;
  /** The string that is open, or the whole value where nothing is. */
  readonly #innermost: unknown;
  #value: unknown;

  constructor(open: Container, innermost: unknown) {
    this.#open = open;
    this.#count = open.children.length;
    this.#innermost = innermost;
  }

  // Not a field of its own: to define one costs more than to read all that a chunk says.
  get value(): unknown {
    return (this.#value ??= valueOf(this.#open, this.#count, this.#innermost));
  }

  toJSON(): object {
    return { value: this.value, complete: this.complete };
  }
}

/** All of the value, in which `open` had `count` children and then `child`, if that is not undefined. */
function valueOf(open: Container, count: number, child: unknown): unknown {
  let container = open;
  let length = count;
  let value = child;
  while (container.outer) {
    value = withChild(container, length, value);
    length = container.position;
    container = container.outer;
  }
  return value;
}

/** A copy of the first `count` children and one more, unless that is undefined: no JSON is. */
function withChild({ names, children }: Container, count: number, child: unknown): unknown {
  if (!names) {
    const list = children.slice(0, count);
    if (child !== undefined) list.push(child);
    return list;
  }
  const object = objectOf(names, children, count);
  if (child !== undefined) setField(object, names[count] ?? '', child);
  return object;
}

function objectOf(names: readonly string[], children: readonly unknown[], count: number): Fields {
  const object: Fields = {};
  for (let index = 0; index < count; index++) setField(object, names[index] ?? '', children[index]);
  return object;
}
