import type { Observable } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';

/**
 * One request of a chat, as plain data: `JSON.stringify` keeps all of it, so that a browser can send a request to its
 * server.
 *
 * @public
 */
export interface ChatRequest {
  /**
   * The whole history that is sent, in the order that the API demands: the user's content first and last, calls followed
   * by one content with their responses. A `window` has been applied.
   */
  readonly contents: GeminiContent[];
  /**
   * The interaction that this request continues; absent if the request needs all of `contents`: because no reply of the
   * model before it is kept by the server as a whole reply, because a `window` has cut the history, or because a later
   * message of the model is new to the server (such as a committed half of an answer).
   */
  readonly previous?: PreviousInteraction | undefined;
  /** The declarations of the chat's `tools`, in the form of `config.tools`; empty if the chat has no tools. */
  readonly tools: DeclaredTools[];
  /** The option `config` of the chat, unchanged; `{}` by default. */
  readonly config: object;
}

/** The interaction that a {@link ChatRequest} continues. @public */
export interface PreviousInteraction {
  /**
   * The id from `chunk.interaction` of the newest reply that is known to the server: one that has ended by itself, with
   * the status `completed` or `requires_action`.
   */
  readonly id: string;
  /** The contents after that reply: the end of `contents`. */
  readonly newContents: GeminiContent[];
}

/** Declared functions, in the form of the SDK's `Tool`. @public */
export interface DeclaredTools {
  /** The declarations. */
  functionDeclarations?: DeclaredFunction[];
}

/** A declared function: a {@link ToolDeclaration} with its name, assignable to the SDK's `FunctionDeclaration`. @public */
export interface DeclaredFunction {
  /** The name of the function. */
  name?: string;
  /** The purpose of the function, and when to call it. */
  description?: string;
  /** The arguments, as the SDK's `Schema`. */
  parameters?: object;
  /** The arguments, as a JSON Schema. */
  parametersJsonSchema?: unknown;
  /** The result, as the SDK's `Schema`. */
  response?: object;
  /** The result, as a JSON Schema. */
  responseJsonSchema?: unknown;
}

/**
 * The source of a chat's replies: a function that sends a request, to any API and from any place.
 *
 * The chat calls the function for each subscription, and unsubscribes from the result to abort the request. Chunks that
 * have `interaction`, as those of `fromInteraction` have, let the next request continue that interaction. An error of
 * the result fails the message, and so does an error that the function throws.
 *
 * A browser can send the request to a server of yours, which calls the model. The server must not trust the request:
 * the browser may send any `previous.id`, also the id of another user's conversation, any `contents` and any `config`.
 * Let the server's own record decide which ids belong to a user, which calls have been made, and which model, tools and
 * config are used.
 *
 * @param request - See {@link ChatRequest}.
 * @returns The chunks of the reply.
 * @public
 */
export type ChatSource = (request: ChatRequest) => Observable<GeminiChunk>;
