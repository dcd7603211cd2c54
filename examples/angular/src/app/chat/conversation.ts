import { computed, Injectable, signal } from '@angular/core';
import { contentsOf, type GeminiContent, type ReplyState } from 'rxjs-gemini';
import { isOpen } from '../reply/isOpen';

/** A question and the state of its reply. */
export interface Turn {
  readonly id: string;
  readonly prompt: string;
  readonly state: ReplyState;
}

/** The conversation, kept as long as the page is open. */
@Injectable({ providedIn: 'root' })
export class Conversation {
  readonly #turns = signal<readonly Turn[]>([]);
  readonly turns = this.#turns.asReadonly();

  /** The history for the model. A question without an answer is left out, because roles must alternate. */
  readonly history = computed<readonly GeminiContent[]>(() =>
    this.#turns().flatMap(({ prompt, state }) => {
      const answer = contentsOf(state.reply);
      return answer.length === 0 ? [] : [{ role: 'user', parts: [{ text: prompt }] }, ...answer];
    }),
  );

  /** Adds a turn, or replaces it by how it stands now. */
  keep(turn: Turn): void {
    this.#turns.update((turns) => {
      const isKnown = turns.some(({ id }) => id === turn.id);
      return isKnown ? turns.map((known) => (known.id === turn.id ? turn : known)) : [...turns, turn];
    });
  }

  /** Closes a turn that nobody listens to any more. */
  close(id: string): void {
    const turn = this.#turns().find((known) => known.id === id);
    if (!turn || !isOpen(turn.state)) return;
    const { reply, progress, metrics } = turn.state;
    const cancelled = { reason: 'You left while it was being written' };
    this.keep({ ...turn, state: { status: 'cancelled', reply: { ...reply, cancelled }, progress, metrics } });
  }

  forget(id: string): void {
    this.#turns.update((turns) => turns.filter((turn) => turn.id !== id));
  }

  clear(): void {
    this.#turns.set([]);
  }
}
