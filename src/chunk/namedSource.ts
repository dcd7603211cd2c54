import { isObject } from '../rx/isObject.js';

/** A source by the names that the server gives it; at least one of them is there. */
export interface NamedSource {
  readonly title?: string;
  readonly uri?: string;
}

/** The kinds of search results. */
const resultKinds = ['web', 'retrievedContext', 'maps', 'image'] as const;

/** Returns the source of a search result, with its kind; undefined for a result without a name. */
export function sourceOfResult(
  result: unknown,
): { readonly kind: (typeof resultKinds)[number]; readonly source: NamedSource } | undefined {
  if (!isObject(result)) return undefined;
  for (const kind of resultKinds) {
    const source = namedSource(kind === 'image' ? pageOfImage(result[kind]) : result[kind]);
    if (source) return { kind, source };
  }
  return undefined;
}

/** Returns the names of a source; undefined if it has none. Metadata may have any value, as the server sent it. */
export function namedSource(value: unknown): NamedSource | undefined {
  if (!isObject(value)) return undefined;
  const { title, uri } = value;
  const named = { ...(isName(title) && { title }), ...(isName(uri) && { uri }) };
  return named.title === undefined && named.uri === undefined ? undefined : named;
}

/** Returns a list of the metadata; `[]` for any other value. */
export function listOrNone(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function pageOfImage(image: unknown): unknown {
  if (!isObject(image)) return undefined;
  const { title, sourceUri, imageUri } = image;
  return { title, uri: isName(sourceUri) ? sourceUri : imageUri };
}
