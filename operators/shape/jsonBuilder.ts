import { setField } from '../../src/chunk/copyFields.js';
import type { Fields } from '../../src/rx/isObject.js';
import { joinText } from '../../src/chunk/joinText.js';
import type { JsonEvents } from './jsonEvents.js';

/** An object or a list that is or was open. Only grows: of its first `n` children, only the open one still changes. */
interface OpenContainer {
  readonly outer: OpenContainer | undefined;
  /** The names of an object's members; undefined for a list. */
  readonly names: string[] | undefined;
  /** The children that are whole, and last a place for the child that is open. */
  readonly children: unknown[];
  /** The place of this container among the children of `outer`. */
  readonly position: number;
}

/**
 * Builds values from the events of a reader, and takes snapshots of the first value at any time, at a constant cost.
 */
export class JsonBuilder implements JsonEvents {
  /** The values at the top level that are whole. */
  readonly #values: unknown[] = [];
  /** The innermost open container. */
  #open: OpenContainer | undefined;
  /** The open string so far; undefined while no string is open. */
  #text: string | undefined;
  /** The value so far; undefined if the value has changed since. */
  #latest: GrowingValue | undefined;

  /** Returns and releases the values that became whole since the last call. */
  take(): unknown[] {
    return this.#values.splice(0);
  }

  /** The value so far; the result does not change when the value grows. Between two changes, returns the same result. */
  snapshot(): GrowingValue {
    return (this.#latest ??= new GrowingValue(this.#open, this.#text ?? (this.#open ? undefined : this.#values[0])));
  }

  open(isObject: boolean): void {
    const position = this.#reserve();
    this.#open = { outer: this.#open, names: isObject ? [] : undefined, children: [], position };
  }

  close(): void {
    const closed = this.#open;
    if (!closed) return;
    this.#open = closed.outer;
    this.#fill(closed.names ? buildObject(closed.names, closed.children, closed.children.length) : closed.children);
  }

  key(name: string): void {
    this.#open?.names?.push(name);
  }

  startText(): void {
    this.#reserve();
    this.#text = '';
  }

  text(piece: string): void {
    this.#latest = undefined;
    this.#text = joinText(this.#text ?? '', piece);
  }

  endText(): void {
    const text = this.#text;
    this.#text = undefined;
    this.#fill(text);
  }

  scalar(value: number | boolean | null): void {
    this.#latest = undefined;
    (this.#open?.children ?? this.#values).push(value);
  }

  /** Adds the place of a child that begins: a copy then has its final length, and an engine does not copy it again. */
  #reserve(): number {
    this.#latest = undefined;
    return this.#open ? this.#open.children.push(undefined) - 1 : 0;
  }

  /** Sets the child that is whole at its place. */
  #fill(value: unknown): void {
    if (this.#open) this.#open.children[this.#open.children.length - 1] = value;
    else this.#values.push(value);
  }
}

/**
 * A value that is not whole yet, assembled at the first read: the open containers are copied, the whole ones are shared
 * with later values.
 */
export class GrowingValue<Value = unknown> {
  readonly #open: OpenContainer | undefined;
  readonly #count: number;
  /** The open string, or the whole value if no container is open. */
  readonly #innermost: unknown;
  #value: Value | undefined;

  constructor(open: OpenContainer | undefined, innermost: unknown) {
    this.#open = open;
    this.#count = open?.children.length ?? 0;
    this.#innermost = innermost;
  }

  /** The value; undefined if none has begun. */
  read(): Value | undefined {
    return (this.#value ??= assembleValue(this.#open, this.#count, this.#innermost) as Value | undefined);
  }
}

/** The value at the time when `open` had `count` children, the last of which was `child` unless `child` is undefined. */
function assembleValue(open: OpenContainer | undefined, count: number, child: unknown): unknown {
  let value = child;
  let length = count;
  for (let container = open; container; container = container.outer) {
    value = copyContainer(container, length, value);
    length = container.position + 1;
  }
  return value;
}

/** A copy of the first `count` children, the last of which is `child` unless `child` is undefined. */
function copyContainer({ names, children }: OpenContainer, count: number, child: unknown): unknown {
  const whole = child === undefined ? count : count - 1;
  if (!names) {
    const list = children.slice(0, count);
    if (child !== undefined) list[whole] = child;
    return list;
  }
  const object = buildObject(names, children, whole);
  if (child !== undefined) setField(object, names[whole] ?? '', child);
  return object;
}

function buildObject(names: readonly string[], children: readonly unknown[], count: number): Fields {
  const object: Fields = {};
  for (let index = 0; index < count; index++) setField(object, names[index] ?? '', children[index]);
  return object;
}
