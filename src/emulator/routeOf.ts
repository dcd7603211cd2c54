import type { EmulatorAction } from './exchange.js';

/** The method of the API that a request calls, and its model. */
export interface Route {
  readonly action: EmulatorAction;
  /** The model's name, without `models/`; `''` for the list of models and for interactions. */
  readonly model: string;
  /** The version of the API: `v1beta` and so on. */
  readonly version: string;
  /** The model's full name, e.g. `models/gemini-2.5-flash`. */
  readonly resource: string;
  readonly query: URLSearchParams;
  /** The id of the interaction; `undefined` if the path has none. */
  readonly interactionId?: string | undefined;
}

const apiPath =
  /^\/(?<version>v\d+(?:alpha|beta)?\d*)\/(?<parent>(?:projects\/[^/]+\/)?(?:locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?)(?<kind>models|tunedModels|endpoints)(?:\/(?<model>[^/:]+))?(?::(?<verb>\w+))?$/;

const interactionPath =
  /^\/(?<version>v\d+(?:alpha|beta)?\d*)\/(?<parent>(?:projects\/[^/]+\/)?(?:locations\/[^/]+\/)?)interactions(?:\/(?<id>[^/:]+))?(?<verb>[/:]cancel)?$/;

const authTokenPath = /^\/(?<version>v\d+(?:alpha|beta)?\d*)\/auth_tokens$/;

const verbs: readonly unknown[] = ['streamGenerateContent', 'generateContent', 'countTokens'];

/** Reads a request line; `undefined` if the emulator does not know the path. */
export function routeOf(method: string | undefined, url: string | undefined): Route | undefined {
  const target = parseTarget(url);
  if (!target) return undefined;
  const { pathname, searchParams: query } = target;
  const path = decode(pathname);
  const { version, parent, kind, model = '', verb } = apiPath.exec(path)?.groups ?? {};
  if (version === undefined || parent === undefined || kind === undefined) {
    return authTokenRoute(method, path, query) ?? interactionRoute(method, path, query);
  }

  const action = actionOf(method, model, verb);
  if (action === undefined) return undefined;
  return { action, model, version, resource: `${parent}${kind}/${model}`, query };
}

function authTokenRoute(method: string | undefined, path: string, query: URLSearchParams): Route | undefined {
  const { version } = authTokenPath.exec(path)?.groups ?? {};
  return version === undefined || method !== 'POST'
    ? undefined
    : { action: 'createAuthToken', model: '', version, resource: 'auth_tokens', query };
}

function interactionRoute(method: string | undefined, path: string, query: URLSearchParams): Route | undefined {
  const { version, parent, id, verb } = interactionPath.exec(path)?.groups ?? {};
  if (version === undefined || parent === undefined) return undefined;
  const action = interactionActionOf(method, id !== undefined, verb !== undefined);
  const resource = `${parent}interactions/${id ?? ''}`;
  return action && { action, model: '', version, resource, query, interactionId: id };
}

function interactionActionOf(method: string | undefined, hasId: boolean, cancels: boolean): EmulatorAction | undefined {
  if (!hasId) return method === 'POST' && !cancels ? 'createInteraction' : undefined;
  if (cancels) return method === 'POST' ? 'cancelInteraction' : undefined;
  if (method === 'DELETE') return 'deleteInteraction';
  return method === 'GET' ? 'getInteraction' : undefined;
}

function actionOf(method: string | undefined, model: string, verb: string | undefined) {
  if (method === 'POST' && model !== '' && verbs.includes(verb)) return verb as EmulatorAction;
  if (method !== 'GET' || verb !== undefined) return undefined;
  return model === '' ? 'listModels' : 'getModel';
}

/** Parses the target of a request, which may be any text, such as `*`. */
function parseTarget(url = '/'): URL | undefined {
  return URL.canParse(url, 'http://emulator') ? new URL(url, 'http://emulator') : undefined;
}

/** Decodes a path: some clients write `:` as `%3A`. */
function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
