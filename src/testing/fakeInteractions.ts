import { GeminiError } from '../errors/geminiError.js';
import { interactionError } from '../errors/interactionError.js';
import type { InteractionEvent, InteractionResource } from '../interaction/interactionEvent.js';
import type { FakeParams } from './fakeCall.js';
import { FakeInteraction } from './fakeInteraction.js';
import type { FakeReply } from './fakeReply.js';
import type { FakeRequest } from './fakeRequest.js';
import { playReply } from './playReply.js';

/** The reply to a call, before it is played. */
export interface StartedReply {
  readonly reply: FakeReply;
  readonly request: FakeRequest;
}

/** The parameters of `interactions.create`: the part that the fake reads, and any other fields. @public */
export interface FakeInteractionParams {
  /** The model; any name. */
  readonly model?: string | undefined;
  /** The agent, instead of a model; any name. */
  readonly agent?: string | undefined;
  /** The input: a text, contents or steps. */
  readonly input?: unknown;
  /** Whether the result is a stream of events. @defaultValue false */
  readonly stream?: boolean | undefined;
  /** Whether the interaction continues without a reader. @defaultValue false */
  readonly background?: boolean | undefined;
  /** Whether the interaction is kept; without, its id is `''`. @defaultValue true */
  readonly store?: boolean | undefined;
  /** The id of the interaction before; one that the fake does not know fails, kind `not_found`. */
  readonly previous_interaction_id?: string | undefined;
  /** Other fields of the SDK's parameters, which are recorded. */
  readonly [field: string]: unknown;
}

/** The parameters of `interactions.get`. @public */
export interface FakeGetParams {
  /** Whether the result is a stream of events. @defaultValue false */
  readonly stream?: boolean | undefined;
  /** The id of an event: the stream begins after it. */
  readonly last_event_id?: string | undefined;
}

/** The options of a request, in which `fromInteraction` passes its signal. @public */
export interface FakeRequestOptions {
  /** The options of `fetch`. */
  readonly fetchOptions?: { readonly signal?: AbortSignal | null | undefined } | undefined;
}

/** The part of the SDK's `ai.interactions` that the fake has. @public */
export interface FakeInteractionsApi {
  /** Starts an interaction: a stream of events with `stream: true`, else the interaction. */
  create(
    params: FakeInteractionParams,
    options?: FakeRequestOptions,
  ): Promise<AsyncGenerator<InteractionEvent, void> | InteractionResource>;
  /** Reads an interaction: the rest of its events with `stream: true`, else the interaction so far. */
  get(
    id: string,
    params?: FakeGetParams,
    options?: FakeRequestOptions,
  ): Promise<AsyncGenerator<InteractionEvent, void> | InteractionResource>;
  /** Cancels an interaction that runs in the background. */
  cancel(id: string): Promise<InteractionResource>;
}

/** The interactions of a fake client, which are kept for as long as the client. */
export class FakeInteractions implements FakeInteractionsApi {
  readonly #start: (params: FakeParams) => Promise<StartedReply>;
  readonly #kept = new Map<string, FakeInteraction>();
  #count = 0;

  /** @param start - Makes one call of the client's script. */
  constructor(start: (params: FakeParams) => Promise<StartedReply>) {
    this.#start = start;
  }

  readonly create: FakeInteractionsApi['create'] = async (params, options) => {
    const { model, agent, input, stream = false, background = false, store = true } = params;
    const { previous_interaction_id: previousId } = params;
    if (previousId !== undefined) this.#find(previousId);
    this.#count += 1;
    const id = store ? `fake-${String(this.#count)}` : '';
    const run = new FakeInteraction({ id, ...(agent === undefined ? { model } : { agent }) }, background);
    const signal = signalOf(options);
    if (signal && !background) signal.addEventListener('abort', () => run.stop(), { once: true });
    const config = { abortSignal: run.signal };
    const { reply, request } = await this.#start({
      ...params,
      model: model ?? agent ?? '',
      contents: input,
      config,
    });
    if (background) {
      if (store) this.#kept.set(id, run);
      const { errorAfter, ...rest } = reply;
      void run.write(playReply(rest, request), errorAfter);
      return stream ? run.readFirst(signal) : run.resource;
    }
    const written = run.write(playReply(reply, request));
    void written.then(() => store && this.#kept.set(id, run));
    return stream ? stopAtEnd(run, signal) : wholeOf(run, signal);
  };

  readonly get: FakeInteractionsApi['get'] = (id, { stream = false, last_event_id: after } = {}, options) =>
    this.#use(id, (run) => (stream ? run.read(signalOf(options), after) : run.resource));

  readonly cancel: FakeInteractionsApi['cancel'] = (id) =>
    this.#use(id, (run) => {
      run.cancel();
      return run.resource;
    });

  /** Reads an interaction that is kept; rejects with `not_found` for an unknown id. */
  #use<T>(id: string, read: (run: FakeInteraction) => T): Promise<T> {
    return Promise.resolve().then(() => read(this.#find(id)));
  }

  #find(id: string): FakeInteraction {
    const run = this.#kept.get(id);
    if (run) return run;
    throw new GeminiError(`There is no interaction '${id}'`, { kind: 'not_found', status: 404 });
  }
}

function signalOf(options: FakeRequestOptions | undefined): AbortSignal | undefined {
  return options?.fetchOptions?.signal ?? undefined;
}

/** The events of an interaction that ends with its reader. */
async function* stopAtEnd(
  run: FakeInteraction,
  signal: AbortSignal | undefined,
): AsyncGenerator<InteractionEvent, void> {
  try {
    yield* run.read(signal);
  } finally {
    run.stop();
  }
}

/** The interaction, after the time that its stream would take. */
async function wholeOf(run: FakeInteraction, signal: AbortSignal | undefined): Promise<InteractionResource> {
  for await (const event of stopAtEnd(run, signal)) {
    if (event.event_type === 'error') throw interactionError(event.error);
  }
  return run.resource;
}
