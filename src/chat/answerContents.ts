import { catchError, defer, throwError, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiCandidateContent } from '../chunk/response.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import type { ChatClient } from './chatClient.js';
import type { ChatConfig } from './chatOptions.js';
import type { ChatSource, DeclaredTools } from './chatSource.js';
import { checkedSource } from './checkedSource.js';
import { checkedContents, messageOfContent } from './contentMessages.js';
import { ContentsWriter } from './contentsWriter.js';
import { createRequester } from './createRequester.js';
import { runToolLoop } from './runToolLoop.js';
import { checkedToolLoop, type ToolLoopSettings } from './toolLoopSettings.js';
import { ToolRegistry } from './toolRegistry.js';

/** Options of {@link answerContents} with a client. @public */
export interface AnswerContentsOptions<P = object> extends AnswerContentsSettings {
  /** The name of the model. */
  readonly model: string;
  /** The SDK's `config` of each request, with its `systemInstruction`, `temperature`, `tools`, … */
  readonly config?: ChatConfig<P> | undefined;
}

/** Options of {@link answerContents} with a {@link ChatSource}. @public */
export interface AnswerContentsSourceOptions extends AnswerContentsSettings {
  /** Always absent: the source chooses the model. */
  readonly model?: undefined;
  /** The `config` of each {@link ChatRequest}: any object that has JSON; passed on unchanged. @defaultValue `{}` */
  readonly config?: object | undefined;
}

/** The options of {@link answerContents} that do not depend on the source of the replies. @public */
export interface AnswerContentsSettings extends ToolLoopSettings {
  /**
   * The conversation, with the user's message last: from {@link readChatRequest}, from `contentsOf`, or from the SDK;
   * copied at the call. The contents are sent in the order that the API demands; a call without a response gets an error
   * as its response.
   */
  readonly contents: readonly GeminiCandidateContent[];
  /**
   * Functions that are declared to the model and do not run here, such as those of a browser: a call of one of them ends
   * the result, and the caller answers the call. A function of `tools` with the same name wins: it is declared and run.
   *
   * @defaultValue `[]`
   */
  readonly declaredTools?: readonly DeclaredTools[] | undefined;
}

/**
 * Answers a conversation through any source of replies, such as {@link interactions}.
 *
 * The result is the same as with a client, but each request goes to the function `source`.
 *
 * @param source - See {@link ChatSource}.
 * @param options - See {@link AnswerContentsSourceOptions}.
 * @returns The reply, cold.
 * @throws TypeError, RangeError - At the call, if `source` is neither a function nor a client, or an option is wrong: a
 * `model`, a `config` without JSON.
 * @example
 * ```ts
 * const source = interactions(ai, { model: 'gemini-2.5-flash' });
 * const contents = [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }];
 * const reply = await lastValueFrom(answerContents(source, { contents }).pipe(finalResponse()));
 * console.log(reply.text);
 * ```
 * @public
 */
export function answerContents(source: ChatSource, options: AnswerContentsSourceOptions): Observable<GeminiChunk>;
/**
 * Answers a conversation that the caller keeps: the tool loop of {@link createChat} without its state, for a server
 * whose clients send their whole history.
 *
 * Requests a reply to `contents`, runs the `tools` that the model calls, requests the next reply with their results, and
 * so on, until a reply has no calls. A call of a function that is not among `tools` is the caller's: the other calls of
 * the reply run, and then the result completes, so that a browser can run its own tools and send the results with its
 * next request.
 *
 * Emits the chunks that the reply of {@link GeminiChat.send} emits: the model's chunks as they arrive, a notice with
 * `tool` at each change of a run, one chunk with the responses of the tools (role `user`), and so on, with the token
 * counts of all requests added up. Each reply goes through {@link classifyErrors}. With a source whose chunks have
 * `interaction`, such as {@link interactions}, each further request of the loop continues the interaction before it.
 *
 * Each subscription makes its own requests. An unsubscription closes the request and aborts the signals of the tools.
 * Holds the contents and the results of all steps.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, `fakeGemini`, or a stub.
 * @param options - See {@link AnswerContentsOptions}.
 * @returns The reply, cold. Fails with a `GeminiError`: of kind `invalid_request` if there is nothing to answer, because
 * the last content is not the user's; `overflow` after `maxSteps`; and as `classifyErrors` describes.
 * @throws TypeError, RangeError - At the call, if `ai` is not a client or an option is wrong; for `contents` the message
 * names the place.
 * @example
 * ```ts
 * const weather = {
 *   declaration: { description: 'Returns the temperature in a city, in °C.' },
 *   run: ({ city }: { readonly city?: unknown }) => ({ city, celsius: 21 }),
 * };
 * const contents = [{ role: 'user', parts: [{ text: 'Do I need a coat in Rome?' }] }];
 * const reply$ = answerContents(ai, { model: 'gemini-2.5-flash', contents, tools: { weather } });
 * const reply = await lastValueFrom(reply$.pipe(finalResponse()));
 * console.log(reply.text);
 * ```
 * @public
 */
export function answerContents<P>(
  ai: ChatClient<P>,
  options: AnswerContentsOptions<NoInfer<P>>,
): Observable<GeminiChunk>;
export function answerContents<P>(
  source: ChatClient<P> | ChatSource,
  options: AnswerContentsOptions<P> | AnswerContentsSourceOptions,
): Observable<GeminiChunk> {
  const { opener, config, settings } = checkedSource(source, options);
  const checked = checkedToolLoop(settings);
  const { contents, declaredTools = [] } = settings;
  const messages = checkedContents('contents', contents).map((content) => messageOfContent('', content));
  const createRegistry = () => new ToolRegistry(checked.tools, checked.approve, declaredTools);
  // Checks the tools at the call.
  createRegistry();

  return defer(() => {
    const tools = createRegistry();
    const writer = new ContentsWriter(messages);
    const request = createRequester(opener, { ...checked, config, window: {} }, tools);
    return runToolLoop(writer, {
      ...checked,
      tools,
      request: (before) =>
        request(before, (sentMessages) => {
          writer.markRequested(sentMessages);
        }),
    });
  }).pipe(catchError((cause: unknown) => throwError(() => toGeminiError(cause))));
}
