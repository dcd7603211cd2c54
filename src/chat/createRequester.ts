import { defer, forkJoin, identity, map, switchMap, type Observable } from 'rxjs';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { typeError } from '../rx/assertions.js';
import { fromRequest } from '../sources/fromRequest.js';
import { geminiReply } from '../sources/geminiReply.js';
import type { ChatClient } from './chatClient.js';
import type { ChatMessage } from './chatMessage.js';
import type { ChatOptions } from './chatOptions.js';
import { ContextWindow } from './contextWindow.js';
import { toRequestContents } from './toRequestContents.js';
import type { ToolRegistry } from './toolRegistry.js';

type RequesterOptions<P> = Pick<ChatOptions<P>, 'model' | 'config' | 'pipe' | 'failOnEmpty'> &
  Required<Pick<ChatOptions<P>, 'window'>>;

/** Sends messages to the model: one request for each subscription to the result; calls back as the request goes out. */
export type Requester = (messages: readonly ChatMessage[], onRequest: () => void) => Observable<GeminiChunk>;

/**
 * Makes the function with which a chat sends its requests. @throws TypeError - If `ai` cannot count tokens for
 * `window`.
 */
export function createRequester<P>(ai: ChatClient<P>, options: RequesterOptions<P>, registry: ToolRegistry): Requester {
  const { model, config, window = {}, pipe = identity, failOnEmpty } = options;
  const contextWindow = new ContextWindow(window, (messages) => {
    return requestTokenCount(ai, model, toRequestContents(messages));
  });
  if (window.tokens !== undefined && typeof ai.models.countTokens !== 'function') {
    throw typeError('ai', 'a client with `models.countTokens`, for a window of tokens', ai);
  }

  const paramsOf = (contents: GeminiContent[], declared: readonly object[]): P => {
    const own: { readonly tools?: readonly object[] } = config ?? {};
    const tools = [...(own.tools ?? []), ...declared];
    const params = { model, contents, config: tools.length === 0 ? own : { ...own, tools } };
    // The client's own type of parameters is unknown here; the client must accept these parameters.
    return params as P;
  };
  return (messages, onRequest) =>
    // A microtask, so that an unsubscription in the same tick, as in React's StrictMode, sends no request.
    defer(() => Promise.resolve()).pipe(
      switchMap(() => forkJoin([contextWindow.fit(messages), registry.declare()])),
      switchMap(([fitting, declared]) =>
        pipe(geminiReply(ai, paramsOf(contentsToAnswer(fitting), declared), { isDirect: true, onRequest })),
      ),
      classifyErrors({ failOnEmpty }),
    );
}

/** @throws GeminiError - If the user's role is not the last, as after a response to a call that the model has not made. */
function contentsToAnswer(messages: readonly ChatMessage[]): GeminiContent[] {
  const contents = toRequestContents(messages);
  if (contents.at(-1)?.role === 'user') return contents;
  const message = 'There is nothing to answer: the message has no words, and no response to a call of the model';
  throw new GeminiError(message, { kind: 'invalid_request' });
}

/** Counts the tokens of contents; an unsubscription aborts the request. */
function requestTokenCount<P>(ai: ChatClient<P>, model: string, contents: GeminiContent[]): Observable<number> {
  return fromRequest<{ readonly totalTokens?: number | undefined } | undefined>(() => ({
    async run({ destination, signal }) {
      destination.next(await ai.models.countTokens?.({ model, contents, config: { abortSignal: signal } }));
    },
  })).pipe(map((answer) => answer?.totalTokens ?? 0));
}
