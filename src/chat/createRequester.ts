import { defer, forkJoin, identity, switchMap, type Observable } from 'rxjs';
import { classifyErrors } from '../../operators/protect/classifyErrors.js';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import type { ChatMessage } from './chatMessage.js';
import { ContextWindow, type ChatWindow } from './contextWindow.js';
import { previousOf } from './previousOf.js';
import type { ReplyOpener } from './replyOpener.js';
import type { ToolLoopSettings } from './toolLoopSettings.js';
import { isSendable, toRequestContents } from './toRequestContents.js';
import type { ToolRegistry } from './toolRegistry.js';

type RequesterOptions = Pick<ToolLoopSettings, 'pipe' | 'failOnEmpty'> & {
  readonly config: object;
  readonly window: ChatWindow;
};

/** Called when a request goes out, with the number of messages that it sends. */
type OnRequest = (sentMessages: number) => void;

/** Sends messages to the model: one request for each subscription to the result; calls back as the request goes out. */
export type Requester = (messages: readonly ChatMessage[], onRequest: OnRequest) => Observable<GeminiChunk>;

/** Makes the function with which a chat sends its requests. @throws TypeError, RangeError - If `window` is not valid. */
export function createRequester(
  { open, countTokens }: ReplyOpener,
  { config, window, pipe = identity, failOnEmpty }: RequesterOptions,
  registry: ToolRegistry,
): Requester {
  const counter = countTokens && ((messages: readonly ChatMessage[]) => countTokens(toRequestContents(messages)));
  const contextWindow = new ContextWindow(window, counter);
  return (messages, onRequest) =>
    // A microtask, so that an unsubscription in the same tick, as in React's StrictMode, sends no request.
    defer(() => Promise.resolve()).pipe(
      switchMap(() => forkJoin([contextWindow.fit(messages), registry.declare()])),
      switchMap(([fitting, tools]) => {
        const contents = contentsToAnswer(fitting);
        const previous = fitting.length === messages.length ? previousOf(messages, contents) : undefined;
        const sentMessages = fitting.filter(isSendable).length;
        const request = { contents, ...(previous && { previous }), tools, config };
        return pipe(
          open(request, () => {
            onRequest(sentMessages);
          }),
        );
      }),
      classifyErrors({ failOnEmpty }),
    );
}

/** @throws GeminiError - If the user's role is not the last, as after a response to a call that the model has not made. */
function contentsToAnswer(messages: readonly ChatMessage[]): GeminiContent[] {
  const contents = toRequestContents(messages);
  if (contents.at(-1)?.role === 'user') return contents;
  const reason = "the last message is not the user's, or has no words and no response to a call of the model";
  throw new GeminiError(`There is nothing to answer: ${reason}`, { kind: 'invalid_request' });
}
