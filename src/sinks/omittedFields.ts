import { annotationNames, waitAnnotations, type AnnotationName } from '../chunk/replyAnnotations.js';
import { typeError } from '../rx/assertions.js';

/**
 * Annotations that every reader gets: the end of a reply, without which a reader reports a truncated reply, and the
 * waits, without which a reader cannot tell a reply that waits from a reply that hangs.
 */
const alwaysSent: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ (['cancelled', 'stopped'] as AnnotationName[]).concat(/* @__PURE__ */ Array.from(waitAnnotations)),
);

/**
 * The fields that are not in the JSON of a chunk whatever is named: the candidates carry the `text`, and the id of the
 * event the `position`.
 */
const carriedApart: ReadonlySet<string> = new Set(['text', 'position']);

/** Whether all annotations are sent. */
export function isAllSent(omitted: ReadonlySet<string>): boolean {
  return [...omitted].every((field) => carriedApart.has(field));
}

/**
 * The fields of a chunk that are not sent with the option `annotations`: other annotations, `text`, and
 * `position` unless it is named.
 */
export function omittedFields(annotations: unknown): ReadonlySet<string> {
  if (annotations === true) return carriedApart;
  const sent = annotations === false ? [] : annotations;
  if (!Array.isArray(sent)) throw wrongAnnotations(annotations);
  for (const name of sent as readonly unknown[]) {
    if (typeof name !== 'string' || !annotationNames.has(name)) throw wrongAnnotations(name);
  }
  const omitted = [...annotationNames].filter((name) => !alwaysSent.has(name) && !sent.includes(name));
  return new Set(['text', ...omitted]);
}

function wrongAnnotations(value: unknown): TypeError {
  const names = [...annotationNames].map((name) => `'${name}'`).join(', ');
  return typeError('annotations', `true or false or a list of names (${names})`, value);
}
