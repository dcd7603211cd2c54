import { defer, map, tap, type Observable } from 'rxjs';
import { expect } from 'vitest';
import { createChat } from '../../src/chat/createChat.js';
import type { GeminiChat } from '../../src/chat/geminiChat.js';
import type { ChatSettings } from '../../src/chat/chatOptions.js';
import type { ChatRequest, ChatSource } from '../../src/chat/chatSource.js';
import { interactions } from '../../src/chat/interactions.js';
import { ChunkBuilder } from '../../src/chunk/chunkBuilder.js';
import { contentsOf, type GeminiContent } from '../../src/chunk/contentsOf.js';
import { functionCallsOf } from '../../src/chunk/functionCallsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { finishReasonOf, partsOf } from '../../src/chunk/readers.js';
import { stepsOf } from '../../src/interaction/stepsOf.js';
import { fromGemini } from '../../src/sources/fromGemini.js';
import { fakeGemini } from '../../src/testing/fakeGemini.js';
import type { FakeAnswer } from '../../src/testing/fakeReply.js';
import { InteractionKeeper, wordsOfSteps } from './interactionKeeper.js';

/** A model behind one of the APIs. */
export interface ChatBackend {
  create(options: ChatSettings): GeminiChat;
  /** Forgets all interactions, if the API keeps any. */
  expire(): void;
  /** Throws the first failed expectation within a request. */
  check(): void;
}

/** Called with the contents of each request; returns the answer. */
type Answer = (contents: GeminiContent[]) => FakeAnswer;

const model = 'gemini-2.5-flash';

export function clientBackend(answer: Answer): ChatBackend {
  const ai = fakeGemini(({ contents }) => answer(contents as GeminiContent[]));
  return {
    create: (options) => createChat(ai, { model, ...options }),
    expire: () => undefined,
    check: () => undefined,
  };
}

/** A function that keeps interactions as contents, and checks that a request names one exactly when it can. */
export function functionBackend(answer: Answer): ChatBackend {
  const source = new ContentsKeeper(answer);
  const faults: unknown[] = [];
  return {
    create: (options) => createChat(noting(faults, source.ask), options),
    expire: () => undefined,
    check: () => throwFirst(faults),
  };
}

/** The Interactions API, which checks that the steps it knows for a request have the meaning of the whole history. */
export function interactionsBackend(answer: Answer, store?: false): ChatBackend {
  let request: ChatRequest | undefined;
  const faults: unknown[] = [];
  const keeper = new InteractionKeeper(
    noting(faults, (steps, { previous_interaction_id: previousId }) => {
      const { contents = [] } = request ?? {};
      expect(wordsOfSteps(steps)).toEqual(wordsOfSteps(stepsOf(contents)));
      if (store === false) expect(previousId).toBeUndefined();
      const reply = answer(contents);
      return isBlocked(reply) ? { errorCode: 'prohibited_content' } : reply;
    }),
  );
  const ask = interactions(keeper.ai, { model, ...(store === false && { store }) });
  const source: ChatSource = (asked) => ask((request = asked));
  return {
    create: (options) => createChat(source, options),
    expire: () => {
      keeper.expire();
    },
    check: () => throwFirst(faults),
  };
}

/** Notes the errors of a function, which a chat takes for failures of a request. */
function noting<A extends unknown[], R>(faults: unknown[], call: (...values: A) => R): (...values: A) => R {
  return (...values) => {
    try {
      return call(...values);
    } catch (fault) {
      faults.push(fault);
      throw fault;
    }
  };
}

function throwFirst(faults: readonly unknown[]): void {
  if (faults.length > 0) throw faults[0];
}

const isBlocked = (answer: FakeAnswer) =>
  Array.isArray(answer) && answer.some((chunk: unknown) => (chunk as GeminiChunk).promptFeedback !== undefined);

/** A server in this process that keeps the contents of finished interactions. */
export class ContentsKeeper {
  readonly requests: ChatRequest[] = [];
  readonly #kept = new Map<string, readonly GeminiContent[]>();
  readonly #answer: Answer;
  #lastId = 0;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  readonly ask = (request: ChatRequest): Observable<GeminiChunk> => {
    const { contents, previous } = request;
    expect(JSON.parse(JSON.stringify(request))).toStrictEqual(request);
    this.requests.push(request);
    if (previous) {
      expect(previous.newContents.length).toBeGreaterThan(0);
      expect(contents.slice(-previous.newContents.length)).toEqual(previous.newContents);
      expect(previous.newContents.every(({ role }) => role === 'user')).toBe(true);
      expect([...(this.#kept.get(previous.id) ?? []), ...previous.newContents]).toEqual(contents);
    }
    return defer(() => {
      const id = `int_${++this.#lastId}`;
      const ai = fakeGemini(() => this.#answer(contents));
      const reply = new ChunkBuilder();
      return fromGemini(ai, { model, contents }).pipe(
        map((chunk) => {
          reply.append(chunk);
          return JSON.parse(
            JSON.stringify({ ...chunk, interaction: { id, status: statusOf(reply.snapshot()) } }),
          ) as GeminiChunk;
        }),
        tap({
          complete: () => {
            if (partsOf(reply.snapshot()).length > 0)
              this.#kept.set(id, [...contents, ...contentsOf(reply.snapshot())]);
          },
        }),
      );
    });
  };

  /** Whether an interaction and new contents of the user alone are these contents. */
  hasBeginningOf(id: string, contents: readonly GeminiContent[]): boolean {
    const kept = this.#kept.get(id);
    if (!kept || kept.length >= contents.length) return false;
    return (
      JSON.stringify(contents.slice(0, kept.length)) === JSON.stringify(kept) &&
      contents.slice(kept.length).every(({ role }) => role === 'user')
    );
  }
}

function statusOf(reply: GeminiChunk): string {
  const reason = finishReasonOf(reply);
  if (reason === undefined) return 'in_progress';
  if (reason === 'MAX_TOKENS') return 'incomplete';
  return functionCallsOf(reply).length > 0 ? 'requires_action' : 'completed';
}
