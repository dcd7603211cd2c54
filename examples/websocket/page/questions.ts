/** The sentences for a refusal, where the kind of it says too little. */
const refusals: Readonly<Record<string, string>> = {
  rate_limit: 'Too many questions wait for an answer. Send it again when one of them has ended.',
  invalid_request: 'The room does not take this question.',
  not_found: 'The room has forgotten this reply.',
};

/** The messages of this page that the room has not answered yet: questions, and stops. */
export class Questions {
  /** The prompts by the name of the message; undefined for a stop. */
  readonly #open = new Map<string, string | undefined>();
  #count = 0;

  /** Returns the name for a message. */
  add(prompt?: string): string {
    const name = `said-${++this.#count}`;
    this.#open.set(name, prompt);
    return name;
  }

  /** Ends a message; returns its prompt. */
  end(name: string): string | undefined {
    const prompt = this.#open.get(name);
    this.#open.delete(name);
    return prompt;
  }

  /** Ends all messages: the connection is lost. Returns the last prompt. */
  endAll(): string | undefined {
    const prompt = [...this.#open.values()].findLast((text) => text !== undefined);
    this.#open.clear();
    return prompt;
  }
}

/** A sentence for the person whose message was refused. */
export function refusalOf({ kind, message }: { readonly kind: string; readonly message: string }): string {
  return refusals[kind] ?? message;
}
