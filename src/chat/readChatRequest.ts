import type { GeminiContent } from '../chunk/contentsOf.js';
import { isTextTooDeep } from '../errors/jsonDepth.js';
import { GeminiError } from '../errors/geminiError.js';
import { assertOptions, typeError } from '../rx/assertions.js';
import { isObject, type Fields } from '../rx/isObject.js';
import type { DeclaredTools } from './chatSource.js';
import { readContents } from './requestContents.js';
import { RequestLimits, type ChatRequestLimits } from './requestLimits.js';
import { readDeclaredTools } from './requestTools.js';
import { anyJson, isAbsent, fieldOfRequest, wrongValue, type RequestContext } from './requestValues.js';

/** Options of {@link readChatRequest}. @public */
export interface ReadChatRequestOptions extends ChatRequestLimits {
  /**
   * The names of the browser's functions that the model may call, or `true` for all. A declaration of another function
   * is dropped.
   *
   * @defaultValue no functions
   */
  readonly allowTools?: boolean | readonly string[] | undefined;
  /**
   * The fields of `config` that the browser may set, such as `['temperature']`; the values are not checked. Other fields
   * are dropped. `tools`, `httpOptions`, `abortSignal` and the fields that the library sends cannot be allowed.
   *
   * @defaultValue no fields
   */
  readonly allowConfig?: readonly string[] | undefined;
  /**
   * Whether the contents may have files by their URI (`fileData`), which the service reads with the rights of the
   * server: `true`, or a function that allows a URI. A request with another file fails.
   *
   * @defaultValue false
   */
  readonly allowFiles?: boolean | ((uri: string) => boolean) | undefined;
}

/** A checked request: options of {@link answerContents}. @public */
export interface CheckedChatRequest {
  /** The contents, copied, in the order that the API demands: the user's content first and last. */
  readonly contents: GeminiContent[];
  /** The allowed declarations; present only with the option `allowTools`. */
  readonly declaredTools?: DeclaredTools[];
  /** The allowed fields of `config`; present only with the option `allowConfig`, also if the browser sent no field. */
  readonly config?: object;
}

/** The fields of `config` that would give a browser the key, other conversations, or tools of the service. */
const serversFields: ReadonlySet<string> = new Set([
  '__proto__',
  'abortSignal',
  'httpOptions',
  'input',
  'previous_interaction_id',
  'stream',
  'tools',
]);

/**
 * Checks a {@link ChatRequest} from the chat of a browser, for a server that answers with {@link answerContents}.
 *
 * Copies the contents with their known fields, and drops all others, such as a part of an unknown kind. `previous` is
 * always dropped: with the id of an interaction, a browser could continue the conversation of another user. Tools and
 * `config` are dropped as well, except for those that are allowed by name.
 *
 * The result is the user's word: a browser can write any history, with replies that no model gave, and with responses of
 * tools that never ran. To decide on a user's rights, the tools of the server must check the session, never the history.
 *
 * @param body - The body of the request: the parsed JSON, or its text.
 * @param options - See {@link ReadChatRequestOptions}.
 * @returns The checked request. Spread it before the options that the server decides.
 * @throws GeminiError - If the request is wrong: kind `invalid_request` with the place in the request, for an answer with
 * the status 400; kind `overflow` with `limit: 'size'` or `'depth'` above a limit, for an answer with the status 413. No
 * message quotes the request; `publicError` is the form for the browser.
 * @throws TypeError, RangeError - If an option is wrong.
 * @example
 * ```ts
 * const body = '{ "contents": [{ "role": "user", "parts": [{ "text": "Hi" }] }], "tools": [], "config": {} }';
 * const request = readChatRequest(body, { allowConfig: ['temperature'] });
 * const reply$ = answerContents(ai, { ...request, model: 'gemini-2.5-flash' });
 * const response = toSseResponse(reply$);
 * console.log(await response.text());
 * ```
 * @public
 */
export function readChatRequest(body: unknown, options: ReadChatRequestOptions = {}): CheckedChatRequest {
  assertOptions(options);
  const { allowTools = false, allowConfig = [], allowFiles = false } = options;
  if (typeof allowTools !== 'boolean' && !isNames(allowTools)) {
    throw typeError('allowTools', 'true or a list of names', allowTools);
  }
  if (!isNames(allowConfig)) throw typeError('allowConfig', 'a list of names', allowConfig);
  const serversField = allowConfig.find((name) => serversFields.has(name));
  if (serversField !== undefined) throw typeError('allowConfig', 'without the fields of the server', serversField);
  if (typeof allowFiles !== 'boolean' && typeof allowFiles !== 'function') {
    throw typeError('allowFiles', 'true or false or a function', allowFiles);
  }
  const context: RequestContext = {
    limits: new RequestLimits(options),
    allowFile: (uri) => (typeof allowFiles === 'function' ? allowFiles(uri) : allowFiles),
  };
  const { contents, tools, config } = fieldsOfBody(body, context);
  const names = typeof allowTools === 'boolean' ? undefined : new Set(allowTools);
  return {
    contents: readContents(contents, context),
    ...(allowTools !== false && {
      declaredTools: readDeclaredTools(tools, (name) => names?.has(name) ?? true, context),
    }),
    ...(allowConfig.length > 0 && { config: readConfig(config, allowConfig, context) }),
  };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

/** The levels of a request above the values whose depth is limited. */
const levelsAbove = 6;

/** The fields of the body that are read. */
function fieldsOfBody(body: unknown, { limits }: RequestContext) {
  const isText = typeof body === 'string';
  if (isText && isTextTooDeep(body, limits.maxDepth + levelsAbove)) throw limits.depthError('The body');
  const parsed = isText ? parsedBody(body) : body;
  if (!isObject(parsed)) {
    throw new GeminiError('The body of the request is not an object', { kind: 'invalid_request' });
  }
  return {
    contents: fieldOfRequest(parsed, 'contents'),
    tools: fieldOfRequest(parsed, 'tools'),
    config: fieldOfRequest(parsed, 'config'),
  };
}

function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Without the cause, whose message quotes the text.
    throw new GeminiError('The body of the request is not JSON', { kind: 'invalid_request' });
  }
}

function readConfig(config: unknown, allowed: readonly string[], context: RequestContext): Fields {
  if (isAbsent(config)) return {};
  if (!isObject(config)) throw wrongValue('config', 'an object', config);
  const read: Fields = {};
  for (const name of allowed) {
    const value = fieldOfRequest(config, name);
    if (!isAbsent(value)) read[name] = anyJson(value, `config.${name}`, context);
  }
  return read;
}
