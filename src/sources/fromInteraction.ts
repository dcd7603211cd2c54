import type { Observable } from 'rxjs';
import type { ReplyInteraction } from '../chunk/annotations.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { InteractionChunks } from '../interaction/interactionChunks.js';
import type { ExistingInteraction } from './interactionParams.js';
import { interactionReply, type FromInteractionOptions } from './interactionReply.js';
import type { InteractionsClient } from './interactionsClient.js';

/**
 * Streams an interaction as a cold Observable of chunks.
 *
 * @param ai - The client.
 * @param params - The parameters.
 * @param options - See {@link FromInteractionOptions}.
 * @returns The reply.
 * @throws TypeError, RangeError - At the call, if an argument or an option is wrong.
 * @public
 */
export function fromInteraction<P>(
  ai: InteractionsClient<P>,
  params: NoInfer<P | (() => P) | ExistingInteraction>,
  options: FromInteractionOptions = {},
): Observable<GeminiChunk> {
  return interactionReply<GeminiChunk>(ai, params, options, ({ stopped, steps }) => {
    const chunks = new InteractionChunks(steps.length > 0 || String(stopped) !== '');
    for (const { index, type } of steps) {
      // The starts of these steps were read by the reader of the cursor.
      if (type !== undefined) chunks.read({ event_type: 'step.start', index, step: { type } }, nowhere);
    }
    return {
      get hasContent() {
        return chunks.hasContent;
      },
      read(event, run, destination) {
        const chunk = chunks.read(event, run.place);
        if (!chunk) return;
        const resumed = run.takeSeam();
        destination.next(resumed ? { ...chunk, resumed } : chunk);
      },
    };
  });
}

const nowhere: ReplyInteraction = { id: '', status: '', cursor: '' };
