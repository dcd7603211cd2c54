import { catchError, defer, tap, type Observable } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { hasContent } from '../chunk/hasContent.js';
import { findErrorBody } from '../errors/findErrorBody.js';
import type { GeminiError } from '../errors/geminiError.js';
import { toGeminiError } from '../errors/toGeminiError.js';
import { stepsOf } from '../interaction/stepsOf.js';
import { assertOptions, typeError } from '../rx/assertions.js';
import { fromInteraction } from '../sources/interactions/fromInteraction.js';
import type { FromInteractionOptions } from '../sources/interactions/interactionReply.js';
import type { InteractionsClient } from '../sources/interactions/interactionsClient.js';
import type { ChatSource } from './chatSource.js';
import { functionTools } from './functionTools.js';

/** The parameters of the SDK's `interactions.create` for a chat: all but those that a chat sends by itself. @public */
export type InteractionChatParams<P> = P extends unknown
  ? Omit<P, 'input' | 'previous_interaction_id' | 'stream'> & {
      readonly input?: never;
      readonly previous_interaction_id?: never;
      readonly stream?: never;
    }
  : never;

/**
 * Makes a source for {@link createChat} that asks the Interactions API, with the history on the server.
 *
 * Each request is made through {@link fromInteraction}. If the chat knows an interaction to continue, its id goes as
 * `previous_interaction_id`, and only the new contents are sent; any earlier reply can be continued, so that `edit`,
 * `regenerate` and branches need no copies on the server. Otherwise the whole history is sent, as steps with all
 * signatures and with the calls and results of server tools. If the server no longer has the interaction (a stored
 * interaction expires after 1 day, or 55 days for paid use), the request fails with `not_found` before any content, and
 * is made once more with the whole history; a `model_not_found` is not repeated. With `store: false` every request sends
 * the whole history.
 *
 * The chat's tools are declared as functions, beside the `tools` of `params`. Fields of the chat's `config` are fields of
 * `interactions.create`, too, and win over those of `params`: `system_instruction`, `generation_config`, …. The chat
 * runs the calls that the interaction has left unanswered (status `requires_action`), and sends their results in another
 * interaction that continues it; an agent's own calls are answered within the interaction.
 *
 * A server that gets the request from a browser calls the source as `source({ ...request, config: {} })`, with a
 * `previous.id` and `contents` that it has checked: see {@link ChatSource}. To end a background run that the chat
 * cancels, use the option `cancel`.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of version 2.32 or newer, `fakeGemini`, or a stub.
 * @param params - The parameters of `interactions.create` for each request: a `model` or an `agent`, and also
 *   `background`, `store`, `tools`, …, but not `input`, `previous_interaction_id` or `stream`.
 * @param options - The options of {@link fromInteraction}.
 * @returns The source.
 * @throws TypeError, RangeError - At the call, if `ai` is not a client, or a parameter or an option is wrong.
 * @example
 * ```ts
 * const chat = createChat(interactions(ai, { model: 'gemini-2.5-flash' }));
 * await lastValueFrom(chat.send('Why is the sky blue?'));
 * const reply = await lastValueFrom(chat.send('And at dusk?').pipe(finalResponse()));
 * console.log(reply.text);
 * ```
 * @public
 */
export function interactions<P>(
  ai: InteractionsClient<P>,
  params: NoInfer<InteractionChatParams<P>>,
  options: FromInteractionOptions = {},
): ChatSource {
  assertChatParams('params', params);
  const own: OwnParams = params as object;
  // Nothing is requested before a subscription: this checks the client and the options at once.
  void fromInteraction(ai, { ...own, input: [] } as P, options);

  return ({ contents, previous, tools, config }) => {
    assertChatParams('config', config);
    const merged: OwnParams = { ...own, ...config };
    const allTools = [...(merged.tools ?? []), ...functionTools(tools)];
    const steps = stepsOf(contents);
    const ask = (input: readonly object[], previousId?: string) => {
      const request = {
        ...merged,
        ...(allTools.length > 0 && { tools: allTools }),
        ...(previousId !== undefined && { previous_interaction_id: previousId }),
        input,
      };
      // The client's own type of parameters is unknown here; the client must accept these parameters.
      return fromInteraction(ai, request as P, options);
    };
    if (!previous || merged.store === false) return ask(steps);
    // A result without an id has the id of its call, which is among the known steps.
    const known = stepsOf(contents.slice(0, contents.length - previous.newContents.length));
    return ask(steps.slice(known.length), previous.id).pipe(replaceIfExpired(() => ask(steps)));
  };
}

/** The parameters that are read here. */
interface OwnParams {
  readonly store?: unknown;
  readonly tools?: readonly object[] | undefined;
}

function assertChatParams(name: string, params: unknown): void {
  assertOptions(params, name);
  for (const field of ['input', 'previous_interaction_id', 'stream']) {
    const value = (params as Readonly<Record<string, unknown>>)[field];
    if (value !== undefined) throw typeError(`${name}.${field}`, 'absent, because the chat sends it', value);
  }
}

/** Makes another request if the first request continues an interaction that the server no longer has. */
function replaceIfExpired(replacement: () => Observable<GeminiChunk>) {
  return (source: Observable<GeminiChunk>): Observable<GeminiChunk> =>
    defer(() => {
      /** Whether a second request would repeat content, or start a second run beside the first. */
      let hasBegun = false;
      return source.pipe(
        tap((chunk) => {
          hasBegun ||= hasContent(chunk) || Boolean(chunk.interaction?.background && chunk.interaction.id);
        }),
        catchError((cause: unknown) => {
          const error = toGeminiError(cause);
          if (hasBegun || !isExpired(error)) throw error;
          return replacement();
        }),
      );
    });
}

function isExpired({ kind, cause }: GeminiError): boolean {
  return kind === 'not_found' && findErrorBody(cause, true)?.code !== 'model_not_found';
}
