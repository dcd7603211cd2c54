import { endingErrorCode, endingStatus, type InteractionEnding } from '../../interaction/interactionEnding.js';
import type { InteractionEvent, InteractionStatus, InteractionUsage } from '../../interaction/interactionEvent.js';
import type { InteractionStep } from '../../interaction/interactionStep.js';
import { toInteractionUsage } from '../../interaction/interactionUsage.js';
import { ChunkSteps } from '../../interaction/chunkSteps.js';
import { codedError, streamErrorEvent } from './codedError.js';
import { estimateTokens } from '../countTokens.js';
import type { EmulatorRequest } from '../exchange.js';
import { foldSteps } from '../../interaction/foldSteps.js';
import { countInputTokens } from '../inputTokens.js';
import type { EmulatedRun } from './emulatedRun.js';
import type { EmulatorEvent } from './interactionScenario.js';
import { scenarioChunks } from '../scenarioChunks.js';
import { StepWriter } from '../../interaction/stepWriter.js';
import { sleep, untilAborted } from '../waits.js';

/** The end of an answer, known after its last step. */
interface AnswerEnding extends InteractionEnding {
  readonly usage?: InteractionUsage | undefined;
}

/** The events of a run by its scenario, as they are written: without ids and without delays, but for the queue. */
export async function* runEvents(run: EmulatedRun, request: EmulatorRequest): AsyncGenerator<EmulatorEvent> {
  const { events, queued } = run.interaction;
  if (events) {
    yield* untilAborted(toAsync(events), run.signal);
    return;
  }
  const first = queued === undefined ? 'in_progress' : 'queued';
  yield { event_type: 'interaction.created', interaction: run.summary(first) };
  yield statusUpdate(run, first);
  if (queued !== undefined) {
    await sleep(queued, run.signal);
    yield statusUpdate(run, 'in_progress');
  }
  const ending = yield* answerEvents(run, request);
  if (!run.signal.aborted) yield* lastEvent(run, request, ending);
}

async function* answerEvents(
  run: EmulatedRun,
  request: EmulatorRequest,
): AsyncGenerator<InteractionEvent, AnswerEnding> {
  const { scenario } = run;
  const { steps } = run.interaction;
  if (!steps) {
    const chunks = new ChunkSteps();
    for await (const chunk of scenarioChunks(scenario, request)) yield* chunks.read(chunk);
    yield* chunks.stop();
    const { finishReason, blockReason, needsAction, usage } = chunks;
    return { finishReason, blockReason, needsAction, usage: usage && toInteractionUsage(usage) };
  }
  const writer = new StepWriter();
  for await (const step of untilAborted(toAsync(steps), run.signal)) yield* writer.write(step);
  return { needsAction: writer.needsAction, finishReason: scenario.finishReason ?? undefined };
}

/** The event that ends the run; none if the scenario has no finish. */
function* lastEvent(run: EmulatedRun, request: EmulatorRequest, ending: AnswerEnding): Generator<EmulatorEvent> {
  const { error, usage, usageDelay = 0 } = run.interaction;
  const code = errorCodeOf(run, ending);
  if (code !== undefined) {
    yield streamErrorEvent(codedError(code));
    return;
  }
  const status = lastStatus(run, ending);
  if (status === undefined) return;
  run.usage = (usage === undefined ? countedUsage(run, request, ending) : usage) ?? undefined;
  yield {
    event_type: 'interaction.completed',
    interaction: run.summary(status, {
      ...(run.usage && usageDelay === 0 && { usage: run.usage }),
      ...run.times(),
      ...(error && { errors: [codedError(error.code, error.message).error] }),
      ...(status === 'requires_continuation' && { continuation_token: run.continuationToken }),
    }),
  };
}

/** The code with which an answer fails that the service blocks or breaks off; undefined for any other answer. */
function errorCodeOf({ interaction }: EmulatedRun, ending: AnswerEnding): string | undefined {
  return interaction.status !== undefined || interaction.error ? undefined : endingErrorCode(ending);
}

function lastStatus({ interaction, scenario }: EmulatedRun, ending: AnswerEnding): InteractionStatus | undefined {
  const { status, error } = interaction;
  if (status !== undefined) return status;
  if (error) return 'failed';
  if (scenario.continuation !== undefined) return 'requires_continuation';
  if (ending.finishReason === undefined && scenario.finishReason === null) return undefined;
  return endingStatus(ending);
}

/** The token counts of the scenario, else those of its chunks, else estimates. */
function countedUsage({ scenario, log }: EmulatedRun, request: EmulatorRequest, { usage }: AnswerEnding) {
  if (scenario.usage === null || usage) return usage;
  if (scenario.usage) return toInteractionUsage(scenario.usage);
  const steps = foldSteps(log.events);
  const isThought = ({ type }: InteractionStep) => type === 'thought';
  const input = countInputTokens(request);
  const output = tokensOf(steps.filter((step) => !isThought(step)));
  const thoughts = tokensOf(steps.filter(isThought));
  return {
    total_input_tokens: input.totalTokens,
    total_output_tokens: output,
    total_thought_tokens: thoughts,
    total_tokens: input.totalTokens + output + thoughts,
  };
}

/** The tokens of the texts of steps. */
function tokensOf(steps: readonly InteractionStep[]): number {
  const texts = steps.flatMap(({ content = [], summary = [] }) => [...content, ...summary]);
  return estimateTokens(texts.reduce((chars, { text = '' }) => chars + text.length, 0));
}

function statusUpdate(run: EmulatedRun, status: InteractionStatus): InteractionEvent {
  return { event_type: 'interaction.status_update', interaction_id: run.id, status };
}

async function* toAsync<T>(values: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* values;
}
