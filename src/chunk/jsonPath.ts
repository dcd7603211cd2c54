/** The name of a member, or the index of an element. */
export type PathSegment = string | number;

/** A dotted name, a bracketed index, or a bracketed name in single or double quotes. */
const segment = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/uy;

/** The maximum number of segments of a path; a chunk is then as deep as the deepest event that is read. */
const maxSegments = 990;

/**
 * Parses a singular JSON path (RFC 9535: `$.days[0]['the name']`), the form in which calls are streamed.
 *
 * @returns The segments; undefined if the text is not a path, is too long, or has an index beyond `maxIndex`: a hostile
 * index must not create a list of a thousand million holes, and a hostile path must not create a value nested deeper
 * than any event that is read.
 */
export function parseJsonPath(path: string, maxIndex: number): PathSegment[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const segments: PathSegment[] = [];
  segment.lastIndex = 1;
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    if (!match) return undefined;
    const [, dotted, index, single, double] = match;
    if (Number(index) > maxIndex || segments.length === maxSegments) return undefined;
    segments.push(index === undefined ? (dotted ?? unescape(single ?? double ?? '')) : Number(index));
  }
  return segments.length > 0 ? segments : undefined;
}

function unescape(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gu, (_, code: string | undefined, character: string) => {
    if (code) return String.fromCharCode(Number.parseInt(code, 16));
    return escapes[character] ?? character;
  });
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
