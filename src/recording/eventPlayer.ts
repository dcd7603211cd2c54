import type { Subscriber } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { GeminiError } from '../errors/geminiError.js';
import { interactionStatusError } from '../errors/interactionError.js';
import { InteractionChunks } from '../interaction/interactionChunks.js';
import type { InteractionEvent } from '../interaction/interactionEvent.js';
import { InteractionRun } from '../sources/interactions/interactionRun.js';

/** Plays the recorded events of an interaction as the chunks of `fromInteraction`. */
export class EventPlayer {
  readonly #chunks = new InteractionChunks();
  readonly #run: InteractionRun<GeminiChunk>;

  constructor() {
    const chunks = this.#chunks;
    this.#run = new InteractionRun({ params: {} }, () => ({
      get hasContent() {
        return chunks.hasContent;
      },
      read(event, { place }, destination) {
        const chunk = chunks.read(event, place);
        if (chunk) destination.next(chunk);
      },
    }));
  }

  /**
   * Emits the chunk of an event, and completes after the event that ends the interaction. An interaction that the server
   * interrupts continues in the next one.
   *
   * @throws GeminiError - For an event that ends the interaction with a failure.
   */
  play(event: InteractionEvent, destination: Subscriber<GeminiChunk>): void {
    const run = this.#run;
    run.read(event, destination);
    if (!run.isOver) return;
    if (run.status === 'requires_continuation') run.continueWithNext();
    else destination.complete();
  }

  /** Returns the failure of events that end before their interaction does. */
  truncation(): GeminiError {
    const { status, place } = this.#run;
    const context = { hasContent: this.#chunks.hasContent, partial: { text: '', interaction: place } };
    const message = 'The recorded events break off before the interaction is complete';
    return (
      interactionStatusError(status, undefined, context) ?? new GeminiError(message, { kind: 'truncated', ...context })
    );
  }
}
