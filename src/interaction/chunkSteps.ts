import type { GeminiCandidate, GeminiPart, GeminiResponse, GeminiUsage } from '../chunk/response.js';
import type { InteractionDelta, InteractionEvent } from './interactionEvent.js';
import { CallIds } from './callIds.js';
import { callStepOf } from './callStepOf.js';
import { isObject } from '../rx/isObject.js';
import { toMediaContent } from './interactionMedia.js';
import { StepWriter } from './stepWriter.js';

/** Writes the chunks of an answer as the events of steps, and remembers how the answer ends. */
export class ChunkSteps {
  readonly #writer = new StepWriter();
  readonly #ids = new CallIds();
  finishReason: string | undefined;
  blockReason: string | undefined;
  usage: GeminiUsage | undefined;

  /** Whether the answer waits for the result of a function. */
  get needsAction(): boolean {
    return this.#writer.needsAction;
  }

  /** Writes the answer of candidate 0. */
  *read(chunk: unknown): Generator<InteractionEvent> {
    if (!isObject(chunk)) return;
    const { candidates, usageMetadata, promptFeedback } = chunk as GeminiResponse;
    this.usage = usageMetadata ?? this.usage;
    this.blockReason = promptFeedback?.blockReason ?? this.blockReason;
    const candidate = candidates?.find(({ index }, position) => (index ?? position) === 0);
    if (!candidate) return;
    this.finishReason = candidate.finishReason ?? this.finishReason;
    for (const part of candidate.content?.parts ?? []) yield* this.#writePart(part);
    yield* this.#writer.add('model_output', sourceDeltas(candidate));
  }

  /** Stops the open step. */
  stop(): Generator<InteractionEvent> {
    return this.#writer.stop();
  }

  *#writePart(part: GeminiPart): Generator<InteractionEvent> {
    const { text, thought = false, inlineData, fileData, thoughtSignature: signature } = part;
    const call = callStepOf(part, this.#ids);
    if (call) {
      yield* this.#writer.write(call);
      return;
    }
    const deltas: InteractionDelta[] = inlineData || fileData ? [toMediaContent(part)] : [];
    if (text) deltas.push({ type: 'text', text });
    if (thought) yield* this.#writer.add('thought', deltas.map(toSummary));
    if (signature !== undefined) yield* this.#writer.add('thought', [{ type: 'thought_signature', signature }]);
    if (!thought) yield* this.#writer.add('model_output', deltas);
  }
}

const toSummary = ({ type, ...fields }: InteractionDelta): InteractionDelta => ({
  type: 'thought_summary',
  content: { type, ...(fields as object) },
});

/** The sources of an answer as the annotations of its text. */
function sourceDeltas({ citationMetadata }: GeminiCandidate): InteractionDelta[] {
  const citations = citationMetadata?.citations ?? [];
  const annotations = citations.map(({ uri, title, startIndex, endIndex }) => ({
    type: 'url_citation',
    url: uri,
    title,
    start_index: startIndex,
    end_index: endIndex,
  }));
  return annotations.length > 0 ? [{ type: 'text_annotation_delta', annotations }] : [];
}
