import { parseJsonPath, type PathSegment } from '../../src/chunk/jsonPath.js';
import { rangeError, typeError } from '../../src/rx/assertions.js';

/** The step to every member or element. */
export const wildcard = Symbol('*');

/** A step of a path: a member's name, an element's index, or all members or elements. */
export type PathStep = PathSegment | typeof wildcard;

/** A quoted name, which stays unchanged, or a wildcard. */
const wildcards = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[\*\]|\.\*(?=[.[]|$)/gu;

/** The name of a wildcard while the other segments are parsed; no path can spell it, because no escape stands for NUL. */
const wildcardName = '\0*';

/**
 * Parses a JSON path of names, indices and wildcards; `$` alone is the whole value.
 *
 * @throws TypeError - If `path` is not a string.
 * @throws RangeError - If `path` is not such a path.
 */
export function parsePathPattern(path: string): readonly PathStep[] {
  if (typeof path !== 'string') throw typeError('path', 'a JSON path', path);
  if (path === '$') return [];
  const singular = path.replace(wildcards, (found) => (/^['"]/u.test(found) ? found : `['${wildcardName}']`));
  const segments = parseJsonPath(singular, Number.MAX_SAFE_INTEGER);
  if (!segments) throw rangeError('path', 'a JSON path of names, indices and wildcards ($.items[*].name)', path);
  return segments.map((segment) => (segment === wildcardName ? wildcard : segment));
}

/**
 * Parses a JSON path that leads to one value (a singular query of RFC 9535).
 *
 * @throws TypeError - If `path` is not a string.
 * @throws RangeError - If `path` is not such a path.
 */
export function parseSingularPath(path: string): readonly PathStep[] {
  const steps = parsePathPattern(path);
  if (steps.includes(wildcard)) throw rangeError('path', 'a JSON path to one value, without wildcards', path);
  return steps;
}
