import { setField } from '../../src/chunk/copyFields.js';
import type { Fields } from '../../src/rx/isObject.js';
import { joinText } from '../../src/chunk/joinText.js';
import type { JsonEvents } from './jsonEvents.js';

/** An object or a list that is or was open. Only grows, so that its first `n` children never change. */
interface OpenContainer {
  readonly outer: OpenContainer | undefined;
  /** The number of children that `outer` had before this container. */
  readonly position: number;
  /** The names of an object's members; undefined for a list. */
  readonly names: string[] | undefined;
  /** The children that are whole. */
  readonly children: unknown[];
}

/**
 * Builds values from the events of a reader, and takes snapshots of the first value at any time, at a constant cost.
 */
export class JsonBuilder implements JsonEvents {
  /** The values at the top level that are whole. */
  readonly #values: unknown[] = [];
  /** The innermost open container. */
  #open: OpenContainer = { outer: undefined, position: 0, names: undefined, children: this.#values };
  /** The open string so far; undefined while no string is open. */
  #text: string | undefined;
  #hasChanged = false;

  /** Whether the value has changed since the last snapshot. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** Returns and releases the values that became whole since the last call. */
  take(): unknown[] {
    return this.#values.splice(0);
  }

  /** The value so far; the snapshot does not change when the value grows. */
  snapshot(): GrowingValue {
    this.#hasChanged = false;
    const whole = this.#open.outer ? undefined : this.#values[0];
    return new GrowingValue(this.#open, this.#text ?? whole);
  }

  open(isObject: boolean): void {
    this.#hasChanged = true;
    const outer = this.#open;
    this.#open = { outer, position: outer.children.length, names: isObject ? [] : undefined, children: [] };
  }

  close(): void {
    const { outer, names, children } = this.#open;
    if (!outer) return;
    this.#open = outer;
    outer.children.push(names ? buildObject(names, children, children.length) : children);
  }

  key(name: string): void {
    this.#open.names?.push(name);
  }

  startText(): void {
    this.#hasChanged = true;
    this.#text = '';
  }

  text(piece: string): void {
    this.#hasChanged = true;
    this.#text = joinText(this.#text ?? '', piece);
  }

  endText(): void {
    this.#open.children.push(this.#text);
    this.#text = undefined;
  }

  scalar(value: number | boolean | null): void {
    this.#hasChanged = true;
    this.#open.children.push(value);
  }
}

/**
 * The snapshot of a value that is not whole. `value` is assembled at its first read: open containers are copied, whole
 * ones are shared with every later snapshot.
 */
export class GrowingValue {
  readonly complete = false;
  readonly #open: OpenContainer;
  readonly #count: number;
  /** The open string, or the whole value if no container is open. */
  readonly #innermost: unknown;
  #value: unknown;

  constructor(open: OpenContainer, innermost: unknown) {
    this.#open = open;
    this.#count = open.children.length;
    this.#innermost = innermost;
  }

  // On the prototype: defining an own property costs more than reading a whole chunk.
  get value(): unknown {
    return (this.#value ??= assembleValue(this.#open, this.#count, this.#innermost));
  }

  toJSON(): object {
    return { value: this.value, complete: this.complete };
  }
}

/** The whole value at the time when `open` had `count` children, followed by `child` unless `child` is undefined. */
function assembleValue(open: OpenContainer, count: number, child: unknown): unknown {
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

/** A copy of the first `count` children, followed by `child` unless `child` is undefined, which is not a JSON value. */
function withChild({ names, children }: OpenContainer, count: number, child: unknown): unknown {
  if (!names) {
    const list = children.slice(0, count);
    if (child !== undefined) list.push(child);
    return list;
  }
  const object = buildObject(names, children, count);
  if (child !== undefined) setField(object, names[count] ?? '', child);
  return object;
}

function buildObject(names: readonly string[], children: readonly unknown[], count: number): Fields {
  const object: Fields = {};
  for (let index = 0; index < count; index++) setField(object, names[index] ?? '', children[index]);
  return object;
}
