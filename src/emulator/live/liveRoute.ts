/** The way in of a Live connection. */
export interface LiveRoute {
  /** The version of the API: `v1beta` and so on. */
  readonly version: string;
  readonly isVertex: boolean;
  /** Whether the path takes an ephemeral token instead of a key. */
  readonly isConstrained: boolean;
  readonly query: URLSearchParams;
}

const geminiPath =
  /^\/+ws\/google\.ai\.generativelanguage\.(?<version>v\d+(?:alpha|beta)?\d*)\.GenerativeService\.BidiGenerateContent(?<constrained>Constrained)?$/;
const vertexPath =
  /^\/+ws\/google\.cloud\.aiplatform\.(?<version>v\d+(?:alpha|beta)?\d*)\.LlmBidiService\/BidiGenerateContent$/;

/** Reads the target of an upgrade; `undefined` if the emulator does not know the path. */
export function liveRouteOf(target: string): LiveRoute | undefined {
  // A client may have added its path to a base URL that ends with a slash: two slashes would be a host.
  const [path = '', search = ''] = target.split('?', 2);
  const gemini = geminiPath.exec(path)?.groups;
  const { version } = gemini ?? vertexPath.exec(path)?.groups ?? {};
  if (version === undefined) return undefined;
  const isConstrained = gemini?.['constrained'] !== undefined;
  return { version, isVertex: !gemini, isConstrained, query: new URLSearchParams(search) };
}
