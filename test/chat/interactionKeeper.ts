import { eventsOfSteps } from '../../src/interaction/eventsOfSteps.js';
import type { InteractionEvent } from '../../src/interaction/interactionEvent.js';
import type { InteractionStep } from '../../src/interaction/interactionStep.js';
import type { GeminiPart, GeminiResponse } from '../../src/chunk/response.js';
import type { FakeAnswer, FakeReply } from '../../src/testing/fakeReply.js';

/** The parameters of `interactions.create` that this server reads. */
export interface CreateRequest {
  readonly model?: string;
  readonly agent?: string;
  readonly input?: readonly InteractionStep[];
  readonly previous_interaction_id?: string;
  readonly store?: boolean;
  readonly stream?: boolean;
  readonly background?: boolean;
  readonly tools?: readonly object[];
  readonly system_instruction?: string;
}

/** The answer to a request, its steps, or an error event of the server. */
export type KeeperAnswer = FakeAnswer | { readonly steps: readonly InteractionStep[] } | { readonly errorCode: string };

/** A server of the Interactions API in this process that keeps finished interactions, as the client sees it. */
export class InteractionKeeper {
  /** The requests so far. */
  readonly requests: CreateRequest[] = [];
  /** The number of streams that the client has aborted. */
  closed = 0;
  readonly #kept = new Map<string, readonly InteractionStep[]>();
  readonly #answer: (steps: readonly InteractionStep[], request: CreateRequest) => KeeperAnswer;
  #lastId = 0;

  /** @param answer - Called for each request that is not refused, with all steps that the server knows for it. */
  constructor(answer: (steps: readonly InteractionStep[], request: CreateRequest) => KeeperAnswer) {
    this.#answer = answer;
  }

  /** The client of this server. */
  get ai() {
    const api = {
      create: async (params: CreateRequest, options?: { readonly fetchOptions?: { readonly signal?: AbortSignal } }) =>
        this.#create(params, options?.fetchOptions?.signal),
      get: async () => Promise.reject(thrownError(404, 'not_found')),
      cancel: async () => Promise.reject(thrownError(404, 'not_found')),
    };
    return { interactions: api as { create(params: CreateRequest, options?: never): Promise<unknown> } & typeof api };
  }

  /** Forgets all interactions. */
  expire(): void {
    this.#kept.clear();
  }

  /** The steps that the server keeps for an interaction, with those before it. */
  stepsOf(id: string): readonly InteractionStep[] | undefined {
    return this.#kept.get(id);
  }

  async #create(params: CreateRequest, signal: AbortSignal | undefined): Promise<AsyncIterable<InteractionEvent>> {
    this.requests.push(structuredClone(params));
    await Promise.resolve();
    const { input = [], previous_interaction_id: previousId, store = true } = params;
    const before = previousId === undefined ? [] : this.#kept.get(previousId);
    if (!before) throw thrownError(404, 'not_found');
    const steps = [...before, ...input];
    const answer = this.#answer(steps, params);
    const id = store ? `int_${++this.#lastId}` : '';
    if (typeof answer === 'object' && 'error' in answer) throw answer.error;
    return this.#events({ id, steps, answer, signal });
  }

  async *#events({ id, steps, answer, signal }: Run): AsyncGenerator<InteractionEvent> {
    if (typeof answer === 'object' && 'steps' in answer) {
      this.#kept.set(id, [...steps, ...answer.steps]);
      yield* eventsOfSteps(answer.steps, { id });
      return;
    }
    yield { event_type: 'interaction.created', interaction: { id, status: 'in_progress' } };
    if (typeof answer === 'object' && 'errorCode' in answer) {
      yield { event_type: 'error', error: { code: answer.errorCode, message: 'The server refuses.' } };
      return;
    }
    const reply = replyOfAnswer(answer);
    const own: InteractionStep[] = [];
    let finishReason: string | undefined;
    for (const [index, chunk] of (reply.chunks ?? []).entries()) {
      if (reply.errorAfter?.chunks === index) break;
      if (reply.stallAfter?.chunks === index) await this.#silence(signal);
      const response: GeminiResponse =
        typeof chunk === 'string' ? { candidates: [{ content: { parts: [{ text: chunk }] } }] } : chunk;
      finishReason = response.candidates?.[0]?.finishReason ?? finishReason;
      for (const part of response.candidates?.[0]?.content?.parts ?? []) {
        const step = stepOfPart(part, `${id}-${own.length}`);
        yield* eventsOfStep(step, own.length);
        own.push(step);
      }
    }
    if (reply.errorAfter) throw reply.errorAfter.error;
    if (reply.stallAfter) await this.#silence(signal);
    const hasCalls = own.some(({ type }) => type === 'function_call');
    const status = finishReason === 'MAX_TOKENS' ? 'incomplete' : hasCalls ? 'requires_action' : 'completed';
    if (id !== '') this.#kept.set(id, [...steps, ...own]);
    yield { event_type: 'interaction.completed', interaction: { id, status, model: 'gemini-2.5-flash' } };
  }

  /** Lasts until the client aborts. */
  #silence(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        this.closed += 1;
        reject(new DOMException('This operation was aborted', 'AbortError'));
      });
    });
  }
}

interface Run {
  readonly id: string;
  readonly steps: readonly InteractionStep[];
  readonly answer: KeeperAnswer;
  readonly signal: AbortSignal | undefined;
}

function replyOfAnswer(answer: FakeAnswer): FakeReply {
  if (typeof answer === 'string') return { chunks: [answer] };
  return 'length' in answer ? { chunks: answer } : answer;
}

function stepOfPart(part: GeminiPart, callId: string): InteractionStep {
  const { functionCall, functionResponse, thoughtSignature, text = '' } = part;
  if (functionCall) {
    return { type: 'function_call', id: callId, name: functionCall.name, arguments: functionCall.args ?? {} };
  }
  if (functionResponse) {
    return { type: 'function_result', call_id: functionResponse.id, result: functionResponse.response };
  }
  if (thoughtSignature !== undefined) return { type: 'thought', signature: thoughtSignature, summary: [] };
  return { type: 'model_output', content: [{ type: 'text', text }] };
}

function* eventsOfStep(step: InteractionStep, index: number): Generator<InteractionEvent> {
  const { type, content, arguments: args, signature } = step;
  const delta = (fields: object): InteractionEvent => ({ event_type: 'step.delta', index, delta: fields });
  if (type === 'model_output') {
    yield { event_type: 'step.start', index, step: { type } };
    for (const { text } of content ?? []) yield delta({ type: 'text', text });
  } else if (type === 'function_call') {
    yield { event_type: 'step.start', index, step: { ...step, arguments: {} } };
    yield delta({ type: 'arguments_delta', arguments: JSON.stringify(args) });
  } else if (type === 'thought') {
    yield { event_type: 'step.start', index, step: { type } };
    yield delta({ type: 'thought_signature', signature });
  } else yield { event_type: 'step.start', index, step };
  yield { event_type: 'step.stop', index };
}

/** An error as the SDK throws it for an HTTP status. */
export function thrownError(status: number, code: string): Error {
  const error = { error: { code, message: 'The server refuses.' } };
  return Object.assign(new Error(`${status} ${JSON.stringify(error)}`), { status, error });
}

/** Steps as words, without signatures; neighbouring texts of the model are one text. */
export function wordsOfSteps(steps: readonly InteractionStep[]): string[] {
  const words: string[] = [];
  let wasModel = false;
  for (const { type, content, name, call_id: id } of steps) {
    const texts = (content ?? []).map(({ text }) => text ?? '').filter((text) => text !== '');
    const isModel = type === 'model_output';
    if (type === 'function_call') words.push(`call ${name ?? ''}`);
    else if (type === 'function_result') words.push(`response to ${id ?? ''}`);
    else if (isModel && wasModel) words.push(`${words.pop() ?? ''}${texts.join('')}`);
    else if (isModel && texts.length > 0) words.push(`model: ${texts.join('')}`);
    else words.push(...texts);
    wasModel = isModel && (wasModel || texts.length > 0);
  }
  return words;
}
