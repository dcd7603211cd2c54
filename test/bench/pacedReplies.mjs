import process from 'node:process';
import { Subject } from 'rxjs';
import { toChunk } from 'rxjs-gemini';

/** Replies whose chunks are emitted at one pace. The text of a chunk is about 20 characters, and begins with its number. */
export class PacedReplies {
  #replies;
  #number = 0;

  constructor(count) {
    this.#replies = Array.from({ length: count }, () => new Subject());
  }

  /** The Observables. */
  get sources() {
    return this.#replies.map((reply) => reply.asObservable());
  }

  /** Emits `chunks` of each reply, one every `period` ms, evenly spread over the period. */
  async emit(chunks, period) {
    const total = this.#replies.length * chunks;
    const first = this.#number;
    this.#number += chunks;
    const start = now();
    for (let emitted = 0; emitted < total;) {
      const due = Math.min(total, ((now() - start) / period) * this.#replies.length);
      for (; emitted < due; emitted++) {
        const number = first + Math.floor(emitted / this.#replies.length);
        this.#replies[emitted % this.#replies.length].next(replyChunk(number, `${number} ${now().toFixed(6)} `));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  complete() {
    for (const reply of this.#replies) reply.complete();
  }
}

/** A chunk as Gemini sends it, with its usage. */
export function replyChunk(number, text) {
  const candidatesTokenCount = 5 * (number + 1);
  return toChunk({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0 }],
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount,
      totalTokenCount: 10 + candidatesTokenCount,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
    },
    modelVersion: 'gemini-2.5-flash',
    responseId: 'q2xSaL7vHcKNmtkPu8WlsQg',
  });
}

/** The time in ms, on the clock that all processes of a machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
