import { defer, forkJoin, identity, switchMap, type Observable } from 'rxjs';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { typeError } from '../rx/assertions.js';
import { replyFrom } from '../sources/replyFrom.js';
import { requestTokenCount, type ChatClient } from './chatClient.js';
import type { ChatOptions } from './chatOptions.js';
import { toRequestContents } from './toRequestContents.js';
import { ContextWindow } from './contextWindow.js';
import type { ToolRegistry } from './toolRegistry.js';
import type { ChatMessage } from './chatMessage.js';

type RequesterOptions<P> = Pick<ChatOptions<P>, 'model' | 'config' | 'pipe' | 'failOnEmpty'> &
  Required<Pick<ChatOptions<P>, 'window'>>;

/** Sends turns to the model: one request each time that the result is subscribed; calls back as it goes out. */
export type Requester = (turns: readonly ChatMessage[], onRequest: () => void) => Observable<GeminiChunk>;

export function createRequester<P>(ai: ChatClient<P>, options: RequesterOptions<P>, tools: ToolRegistry): Requester {
  const { model, config, window = {}, pipe = identity, failOnEmpty } = options;
  const sendWindow = new ContextWindow(window, (turns) => requestTokenCount(ai, model, toRequestContents(turns)));
  if (window.tokens !== undefined && typeof ai.models.countTokens !== 'function') {
    throw typeError('ai', 'a client with `models.countTokens`, for a window of tokens', ai);
  }

  const paramsOf = (contents: GeminiContent[], declared: readonly object[]): P => {
    const own: { readonly tools?: readonly object[] } = config ?? {};
    const tools = [...(own.tools ?? []), ...declared];
    const params = { model, contents, config: tools.length === 0 ? own : { ...own, tools } };
    // The client's own type of parameters is unknown here; it has to take these.
    return params as P;
  };
  return (turns, onRequest) =>
    // A microtask, so that an unsubscription in the same tick, as in React's StrictMode, sends no request.
    defer(() => Promise.resolve()).pipe(
      switchMap(() => forkJoin([sendWindow.fit(turns), tools.declare()])),
      switchMap(([sent, declared]) =>
        pipe(replyFrom(ai, paramsOf(questionIn(sent), declared), { isDirect: true, onRequest })),
      ),
      classifyErrors({ failOnEmpty }),
    );
}

/** @throws GeminiError - If nothing of the user comes last, as after a response to a call that the model has not made. */
function questionIn(turns: readonly ChatMessage[]): GeminiContent[] {
  const contents = toRequestContents(turns);
  if (contents.at(-1)?.role === 'user') return contents;
  const message = 'There is nothing to answer: the message has no words, and no response to a call of the model';
  throw new GeminiError(message, { kind: 'invalid_request' });
}
