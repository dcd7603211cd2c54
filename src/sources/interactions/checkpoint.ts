import type { InteractionEvent } from '../../interaction/interactionEvent.js';
import type { CreateParams } from './interactionParams.js';

/** The maximum number of times in a row that a dropped reply is resumed from one token. */
const maxRepeats = 3;

/**
 * The checkpoints of a long reply of a model, which the server interrupts with the status `requires_continuation` and
 * continues in another interaction.
 *
 * A reply that dropped is resumed only if no content came after the last checkpoint: the server begins again there, and
 * text that was shown must not be shown twice.
 */
export class Checkpoint {
  readonly #params: CreateParams;
  /** The newest token, and the id of its interaction. */
  #token: string | undefined;
  #ownerId: string | undefined;
  /** The token of the current request. */
  #usedToken: string | undefined;
  #id: string | undefined;
  #hasContent = false;
  #isInterrupted = false;
  #resumes = 0;

  constructor(params: CreateParams) {
    this.#params = params;
    this.#usedToken = nonEmptyText(params.continuation_token);
  }

  /** Reads an event of the current request. */
  readonly read = (event: InteractionEvent): void => {
    switch (event.event_type) {
      case 'interaction.created':
        this.#id = event.interaction.id;
        this.#keep(event.interaction.continuation_token);
        return;
      case 'interaction.status_update':
        this.#keep(event.continuation_token);
        return;
      case 'interaction.completed': {
        const { status, continuation_token: token } = event.interaction;
        // The end is final: without a token, an earlier one is void.
        this.#token = undefined;
        this.#keep(token);
        this.#isInterrupted = status === 'requires_continuation';
        return;
      }
      default:
        this.#hasContent = true;
    }
  };

  /** The parameters of the request that continues the reply after the server has interrupted it; undefined at the end. */
  afterEnd(): CreateParams | undefined {
    if (!this.#isInterrupted || this.#token === undefined || this.#token === this.#usedToken) return undefined;
    this.#resumes = 0;
    return this.#next(this.#token);
  }

  /** The parameters of the request that resumes the reply after a drop; undefined if it cannot be resumed. */
  afterDrop(): CreateParams | undefined {
    if (this.#token === undefined || this.#hasContent) return undefined;
    this.#resumes = this.#token === this.#usedToken ? this.#resumes + 1 : 0;
    return this.#resumes > maxRepeats ? undefined : this.#next(this.#token);
  }

  #keep(token: string | undefined): void {
    if (nonEmptyText(token) === undefined) return;
    this.#token = token;
    this.#ownerId = this.#id;
    this.#hasContent = false;
  }

  #next(token: string): CreateParams {
    this.#usedToken = token;
    this.#hasContent = false;
    this.#isInterrupted = false;
    const params = { ...this.#params, continuation_token: token };
    // A server that stores nothing needs the input again.
    if (this.#params.store === false || nonEmptyText(this.#ownerId) === undefined) return params;
    const { input: _, ...rest } = params;
    return { ...rest, previous_interaction_id: this.#ownerId } as CreateParams;
  }
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
