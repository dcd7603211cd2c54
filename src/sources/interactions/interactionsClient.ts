import { typeError } from '../../rx/assertions.js';

/** A client of the Interactions API: `GoogleGenAI` of version 2.32 or newer, `fakeGemini`, or a stub. @public */
export interface InteractionsClient<P> {
  /** The SDK's `ai.interactions`. */
  readonly interactions: {
    /** Starts an interaction. */
    create(params: P, options?: never): Promise<unknown>;
    /** Reads an interaction, or the rest of its stream. */
    get(id: string): Promise<unknown>;
    /** Cancels an interaction that runs in the background. */
    cancel(id: string): Promise<unknown>;
  };
}

/** The SDK's `ai.interactions` as this library calls it. */
export interface InteractionsApi {
  create(params: object, options: object): Promise<unknown>;
  get(id: string, params: object, options: object): Promise<unknown>;
  cancel(id: string, params: object, options: object): Promise<unknown>;
}

/** @throws TypeError - If `ai` has no `interactions` with all methods. */
export function assertInteractionsClient(ai: unknown): void {
  const api = (ai as { interactions?: Partial<InteractionsApi> } | null | undefined)?.interactions;
  if ([api?.create, api?.get, api?.cancel].every((method) => typeof method === 'function')) return;
  throw typeError('ai', 'a client with `interactions.create`, such as `new GoogleGenAI({ apiKey })`', ai);
}

/** The calls of a client, whose parameters have a type that this library does not know. */
export function interactionsApi(ai: object): InteractionsApi {
  return (ai as { readonly interactions: InteractionsApi }).interactions;
}
