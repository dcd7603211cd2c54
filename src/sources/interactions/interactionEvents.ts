import type { Observable } from 'rxjs';
import { interactionError, interactionStatusError } from '../../errors/interactionError.js';
import { errorOfInteraction } from '../../interaction/errorOfInteraction.js';
import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import type { ContinuationOption, ExistingInteraction } from './interactionParams.js';
import { interactionReply, type FromInteractionOptions } from './interactionReply.js';
import type { EventMapper } from './interactionRun.js';
import type { InteractionsClient } from './interactionsClient.js';

/**
 * Streams the events of an interaction as a cold Observable: the events that {@link fromInteraction} turns into chunks,
 * with its guarantees.
 *
 * Each event is emitted once, also over several connections. After a reconnection, a delta may be shorter than the
 * server's, and lack its `event_id`: the part before was emitted already. While the interaction is polled, the events
 * are made of its steps. A call whose arguments had arrived in part may begin again with another `step.start`: then, and
 * when the server repeats it with all arguments in its start. Events of unknown types are emitted as they are. Holds
 * the counts of the open steps.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of version 2.32 or newer, or `fakeGemini`.
 * @param params - See {@link fromInteraction}.
 * @param options - See {@link FromInteractionOptions}.
 * @returns The events. Errors are those of {@link fromInteraction}; an `error` event, and an `interaction.completed` with
 * the status of a failure, is emitted before its error.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @example
 * ```ts
 * interactionEvents(ai, { model: 'gemini-3.5-flash', input: 'Why is the sky blue?' }).subscribe((event) => {
 *   if (event.event_type === 'step.start') console.log(event.step.type);
 * });
 * ```
 * @public
 */
export function interactionEvents<P>(
  ai: InteractionsClient<P>,
  params: NoInfer<P | (P & ContinuationOption) | (() => P | (P & ContinuationOption)) | ExistingInteraction>,
  options: FromInteractionOptions = {},
): Observable<InteractionEvent> {
  return interactionReply<InteractionEvent>(ai, params, options, ({ stopped, steps }) => {
    let hasContent = steps.length > 0 || String(stopped) !== '';
    const mapper: EventMapper<InteractionEvent> = {
      get hasContent() {
        return hasContent;
      },
      read(event, _, destination) {
        if (event.event_type === 'step.delta' && event.delta.type !== 'thought_signature') hasContent = true;
        destination.next(event);
        if (event.event_type === 'error') throw interactionError(event.error, { hasContent });
        if (event.event_type !== 'interaction.completed') return;
        const { interaction } = event;
        const failure = interactionStatusError(interaction.status, errorOfInteraction(interaction), { hasContent });
        if (failure) throw failure;
      },
    };
    return mapper;
  });
}
