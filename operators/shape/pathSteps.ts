import { parseJsonPath, type PathSegment } from '../../src/chunk/jsonPath.js';
import { rangeError, typeError } from '../../src/rx/assertions.js';

/** Stands for every member or element. */
export const wildcard = Symbol('*');

/** A member's name, an element's index, or all of them. */
export type PathStep = PathSegment | typeof wildcard;

/** A quoted name, which is left alone, or a wildcard. */
const wildcards = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[\*\]|\.\*(?=[.[]|$)/gu;

/** The name that a wildcard has while the rest is read; a path cannot spell it, for it has no escape like that. */
const mark = '\0*';

/**
 * Reads a JSON path of names, indices and wildcards; `$` alone is the whole value.
 *
 * @throws TypeError - If it is no string.
 * @throws RangeError - If it is no such path.
 */
export function pathSteps(path: string): readonly PathStep[] {
  if (typeof path !== 'string') throw typeError('path', 'a JSON path', path);
  if (path === '$') return [];
  const singular = path.replace(wildcards, (found) => (/^['"]/u.test(found) ? found : `['${mark}']`));
  const segments = parseJsonPath(singular, Number.MAX_SAFE_INTEGER);
  if (!segments) throw rangeError('path', 'a JSON path of names, indices and wildcards ($.items[*].name)', path);
  return segments.map((segment) => (segment === mark ? wildcard : segment));
}

/**
 * Reads a JSON path that leads to one value.
 *
 * @throws TypeError - If it is no string.
 * @throws RangeError - If it is no such path.
 */
export function singularPath(path: string): readonly PathStep[] {
  const steps = pathSteps(path);
  if (steps.includes(wildcard)) throw rangeError('path', 'a JSON path to one value, without wildcards', path);
  return steps;
}
