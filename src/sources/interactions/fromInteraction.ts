import type { Observable, Subscriber } from 'rxjs';
import type { ReplyInteraction } from '../../chunk/annotations.js';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { isGeminiError } from '../../errors/geminiError.js';
import { InteractionChunks } from '../../interaction/interactionChunks.js';
import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import type { ContinuationOption, ExistingInteraction } from './interactionParams.js';
import { interactionReply, type FromInteractionOptions } from './interactionReply.js';
import type { ProgressState } from './interactionProgress.js';
import type { EventMapper, InteractionRun } from './interactionRun.js';
import type { InteractionsClient } from './interactionsClient.js';

/**
 * Streams an interaction of the Interactions API as a cold Observable of chunks, so that all operators and sinks work as
 * with {@link fromGemini}.
 *
 * Each subscription starts one interaction with `interactions.create`, or follows an existing one: `{ id }` from its
 * beginning, `{ id, after: cursor }` after the chunk with that cursor, also from another process. Nothing is sent before
 * the subscription, and a request that starts an interaction is never repeated; use `retryTransient` for that. The SDK
 * builds the requests and authenticates; this library reads the bodies. Texts, thoughts and files are emitted as they
 * arrive, calls and results of tools as a whole. `chunk.interaction` has the id, the status and the cursor of the
 * interaction. A long reply that the server continues in further interactions arrives as one reply with its token counts
 * added up, unless `automatic_continuation` is `false`. Holds the open calls, and a few counts for each open step.
 *
 * **Resumption.** An interaction that runs in the background, and any other one of which an event had an id, is resumed
 * when its connection breaks: no character is lost or doubled, whatever the server repeats, and `chunk.resumed` marks the
 * seam. After `reconnect.count` attempts without anything new, the interaction is polled until it ends, without a limit:
 * bound the time with `timeoutReply({ total })`. Token counts that are missing at the end of a background run are read
 * once. A foreground interaction that breaks is a failure as any other one: kind `network` or `truncated`.
 *
 * **Unsubscribing** closes the connection, before the headers, mid-stream, and during a silence or a wait. An interaction
 * in the background continues, unless `cancel` is `true`.
 *
 * **Errors** are `GeminiError`s, after all chunks that had arrived. Once the id is known, `partial` is
 * `{ text: '', interaction }`; `classifyErrors` completes it by the chunks. Once a background run has an id, no error is
 * `retryable`, because a repeat would start a second run while the first continues: follow that one by its id. A status
 * `failed` has the kind of its code, or `server`; `cancelled` has the kind `cancelled`; `budget_exceeded`, `quota`.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of version 2.32 or newer, `fakeGemini`, or a stub. An SDK whose requests
 * cannot be seen reads the bodies itself.
 * @param params - The parameters of `interactions.create` without `stream`, or a function that makes them for each
 * subscription; or the `id` of an interaction, and the `cursor` of a chunk. The object is not changed.
 * @param options - See {@link FromInteractionOptions}.
 * @returns The reply. An incomplete answer is a completion, with the finish reason `MAX_TOKENS`; an answer that the
 * service blocks is an error, other than with `fromGemini`.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong. Wrong parameters of a function fail
 * the result.
 * @see {@link interactionEvents} for the events themselves.
 * @example
 * ```ts
 * const ai = new GoogleGenAI({ apiKey });
 * fromInteraction(ai, { model: 'gemini-3.5-flash', input: 'Why is the sky blue?' })
 *   .pipe(classifyErrors(), toText())
 *   .subscribe((text) => process.stdout.write(text));
 * ```
 * @public
 */
export function fromInteraction<P>(
  ai: InteractionsClient<P>,
  params: NoInfer<P | (P & ContinuationOption) | (() => P | (P & ContinuationOption)) | ExistingInteraction>,
  options: FromInteractionOptions = {},
): Observable<GeminiChunk> {
  return interactionReply<GeminiChunk>(ai, params, options, (state) => new ChunkMapper(state));
}

/** The chunks of one interaction. */
class ChunkMapper implements EventMapper<GeminiChunk> {
  readonly #chunks: InteractionChunks;

  /** @param state - The content that the reader of a cursor has. */
  constructor({ stopped, steps }: ProgressState) {
    this.#chunks = new InteractionChunks(steps.length > 0 || stopped.toString() !== '');
    for (const { index, type } of steps) {
      // The starts of these steps were read by the reader of the cursor.
      if (type !== undefined) this.#chunks.read({ event_type: 'step.start', index, step: { type } }, nowhere);
    }
  }

  get hasContent(): boolean {
    return this.#chunks.hasContent;
  }

  read(event: InteractionEvent, run: InteractionRun<GeminiChunk>, destination: Subscriber<GeminiChunk>): void {
    const chunk = this.#readOrFail(event, run.place, destination);
    if (!chunk) return;
    const resumed = run.takeSeam();
    destination.next(resumed ? { ...chunk, resumed } : chunk);
  }

  /** Reads an event; emits the token counts of a failure before the failure. */
  #readOrFail(
    event: InteractionEvent,
    place: ReplyInteraction,
    destination: Subscriber<GeminiChunk>,
  ): GeminiChunk | undefined {
    try {
      return this.#chunks.read(event, place);
    } catch (error) {
      if (isGeminiError(error) && error.partial?.usageMetadata) destination.next(error.partial);
      throw error;
    }
  }
}

const nowhere: ReplyInteraction = { id: '', status: '', cursor: '' };
