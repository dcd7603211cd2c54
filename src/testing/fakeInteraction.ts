import { Subscription } from 'rxjs';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { ChunkSteps } from '../interaction/chunkSteps.js';
import { foldSteps } from '../interaction/foldSteps.js';
import { endingErrorCode, endingStatus } from '../interaction/interactionEnding.js';
import type { InteractionEvent, InteractionResource, InteractionStatus } from '../interaction/interactionEvent.js';
import { InteractionLog } from '../interaction/interactionLog.js';
import { toInteractionUsage } from '../interaction/interactionUsage.js';
import { whenAborted } from '../rx/whenAborted.js';
import type { FakeReply } from './fakeReply.js';
import { abortError } from './fakeRequest.js';

/** One interaction of a fake client: the chunks of its reply as events, for any number of readers. */
export class FakeInteraction {
  readonly #fields: Omit<InteractionResource, 'status'>;
  readonly #log = new InteractionLog();
  /** The failure of the reply. */
  #failure: { readonly cause: unknown } | undefined;
  #breaks: FakeReply['errorAfter'];
  /** The number of events before the failure of the first reader, once known. */
  #breakAt: number | undefined;
  /** Ends the reply. */
  readonly #controller = new AbortController();

  readonly #hasEventIds: boolean;

  /**
   * @param fields - The id, and the model or the agent.
   * @param hasEventIds - Whether each event has an id, so that a reader resumes after it.
   */
  constructor(fields: Omit<InteractionResource, 'status'>, hasEventIds: boolean) {
    this.#fields = fields;
    this.#hasEventIds = hasEventIds;
  }

  /** Aborted when the interaction is stopped. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The interaction so far. */
  get resource(): InteractionResource {
    const { events } = this.#log;
    const last = events.findLast((event) => event.event_type === 'interaction.completed');
    return { ...(last?.interaction ?? this.#resource('in_progress')), steps: foldSteps(events) };
  }

  /**
   * Writes the reply to its end, or to its failure, which the readers get.
   *
   * @param breaks - The failure of the first reader alone, after a number of chunks.
   */
  async write(chunks: AsyncIterable<GeminiChunk>, breaks?: FakeReply['errorAfter']): Promise<void> {
    this.#breaks = breaks;
    if (breaks?.chunks === 0) this.#breakAt = openingEvents;
    try {
      for await (const event of this.#eventsOf(chunks)) this.#append(event);
    } catch (cause) {
      this.#failure = { cause };
    }
    this.#log.close();
  }

  /** Stops the reply; readers fail as with an abort. */
  stop(): void {
    this.#controller.abort();
  }

  /** Ends the interaction with the status `cancelled`. */
  cancel(): void {
    this.#append({ event_type: 'interaction.completed', interaction: this.#resource('cancelled') });
    this.#log.close();
    this.stop();
  }

  /**
   * Reads the events after an id, those to come included.
   *
   * @throws The failure of the reply, after its events; an `AbortError` when the signal is aborted.
   */
  async *read(signal: AbortSignal | undefined, lastEventId?: string): AsyncGenerator<InteractionEvent, void> {
    const events = this.#log.from(Number(lastEventId ?? 0));
    for (;;) {
      const next = await unlessAborted(events.next(), signal);
      if (next.done) break;
      yield next.value;
    }
    if (this.#failure) throw this.#failure.cause;
  }

  /** Reads the events as the first reader, whose connection may break. */
  async *readFirst(signal: AbortSignal | undefined): AsyncGenerator<InteractionEvent, void> {
    let count = 0;
    for await (const event of this.read(signal)) {
      yield event;
      count += 1;
      if (this.#breakAt === count) throw this.#breaks?.error;
    }
  }

  async *#eventsOf(chunks: AsyncIterable<GeminiChunk>): AsyncGenerator<InteractionEvent> {
    yield { event_type: 'interaction.created', interaction: this.#resource('in_progress') };
    yield { event_type: 'interaction.status_update', interaction_id: this.#fields.id, status: 'in_progress' };
    const steps = new ChunkSteps();
    let count = 0;
    for await (const chunk of chunks) {
      const events = [...steps.read(chunk)];
      count += 1;
      if (count === this.#breaks?.chunks) this.#breakAt = this.#log.length + events.length;
      yield* events;
    }
    yield* steps.stop();
    const code = endingErrorCode(steps);
    if (code !== undefined) {
      yield { event_type: 'error', error: { code, message: `The reply ended with ${code}` } };
    } else if (steps.finishReason !== undefined) {
      // Present also without counts: a reader of a background interaction waits for counts that are missing.
      const usage = toInteractionUsage(steps.usage ?? {});
      const interaction = { ...this.#resource(endingStatus(steps)), usage };
      yield { event_type: 'interaction.completed', interaction };
    }
    // Without a finish reason the stream breaks off, as that of `generateContentStream` does.
  }

  #append(event: InteractionEvent): void {
    this.#log.append(this.#hasEventIds ? { ...event, event_id: String(this.#log.length + 1) } : event);
  }

  #resource(status: InteractionStatus): InteractionResource {
    return { ...this.#fields, status };
  }
}

/** The number of events before the first chunk: the creation and the status. */
const openingEvents = 2;

/** The result of a promise; rejects when the signal is aborted before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const subscription = new Subscription();
  const aborted = new Promise<never>((_, reject) => {
    subscription.add(whenAborted(signal).subscribe({ next: () => reject(abortError()), error: reject }));
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    subscription.unsubscribe();
  }
}
