import { annotationNames, type AnnotationName } from '../chunk/replyAnnotations.js';
import { typeError } from '../rx/assertions.js';

/** Annotations that report the end of a reply. A reader that does not get them reports a truncated reply. */
const outcomes: ReadonlySet<string> = new Set<AnnotationName>(['cancelled', 'stopped']);

/**
 * The fields of a chunk that are not sent with the option `annotations`: other annotations, and `text`, which the
 * candidates carry.
 */
export function omittedFields(annotations: unknown): ReadonlySet<string> {
  if (annotations === true) return new Set(['text']);
  const sent = annotations === false ? [] : annotations;
  if (!Array.isArray(sent)) throw wrongAnnotations(annotations);
  for (const name of sent as readonly unknown[]) {
    if (typeof name !== 'string' || !annotationNames.has(name)) throw wrongAnnotations(name);
  }
  const omitted = [...annotationNames].filter((name) => !outcomes.has(name) && !sent.includes(name));
  return new Set(['text', ...omitted]);
}

function wrongAnnotations(value: unknown): TypeError {
  const names = [...annotationNames].map((name) => `'${name}'`).join(', ');
  return typeError('annotations', `true or false or a list of names (${names})`, value);
}
