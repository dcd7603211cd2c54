import { parseJsonPath, type PathSegment } from './jsonPath.js';
import { joinText } from './joinText.js';
import type { GeminiPartialArg } from './response.js';

type Container = Record<PathSegment, unknown>;

/**
 * Assembles the arguments of a function call from their streamed pieces, in time linear in their size.
 *
 * A value with an invalid path is stored under the path as its name, so that no value is lost.
 */
export function assembleArgs(
  pieces: readonly GeminiPartialArg[],
  initial: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const args: Record<string, unknown> = { ...initial };
  // The initial arguments are the caller's data: a container is copied, once, before it is changed.
  const own = new WeakSet<object>();
  /** The paths of unfinished strings, with their text so far. */
  const open = new Map<string, string>();
  for (const { jsonPath = '', willContinue, ...piece } of pieces) {
    let value = valueOf(piece);
    if (typeof value === 'string') value = joinText(open.get(jsonPath) ?? '', value);
    if (willContinue && typeof value === 'string') open.set(jsonPath, value);
    else open.delete(jsonPath);
    const path = parseJsonPath(jsonPath, pieces.length);
    if (!path || !write(args, own, path, value)) put(args, jsonPath, value);
  }
  return args;
}

function valueOf({ stringValue, numberValue, boolValue }: GeminiPartialArg): unknown {
  return stringValue ?? numberValue ?? boolValue ?? null;
}

/** Writes a value; writes nothing and returns false if the path names a member of a list. */
function write(root: Container, own: WeakSet<object>, path: readonly PathSegment[], value: unknown): boolean {
  let container = root;
  for (const [depth, segment] of path.entries()) {
    if (Array.isArray(container) && typeof segment !== 'number') return false;
    const next = path[depth + 1];
    if (next === undefined) put(container, segment, value);
    else container = inside(container, own, segment, typeof next === 'number');
  }
  return true;
}

/** The container at a segment, safe to change: a new container, or a copy if the present one is the caller's. */
function inside(container: Container, own: WeakSet<object>, segment: PathSegment, isList: boolean): Container {
  const held = Object.hasOwn(container, segment) ? container[segment] : undefined;
  if (isContainer(held) && own.has(held)) return held;
  const copy = isContainer(held) ? copyOfContainer(held) : ((isList ? [] : {}) as Container);
  own.add(copy);
  return put(container, segment, copy);
}

function copyOfContainer(container: Container): Container {
  return Array.isArray(container) ? (container.slice() as unknown as Container) : { ...container };
}

/** Defines an own property, so that `__proto__` is an ordinary key. */
function put<V>(container: Container, segment: PathSegment, value: V): V {
  // JSON has no holes.
  while (Array.isArray(container) && container.length < Number(segment)) container.push(null);
  Object.defineProperty(container, segment, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}
