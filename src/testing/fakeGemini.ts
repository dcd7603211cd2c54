import { ChunkBuilder } from '../chunk/chunkBuilder.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import { assertLiveScripts } from '../live/script/assertLiveScripts.js';
import type { LiveScripts } from '../live/script/liveScript.js';
import { assertOptions, typeError } from '../rx/assertions.js';
import type { FakeCall, FakeParams } from './fakeCall.js';
import type { FakeAnswer, FakeChunk, FakeReply } from './fakeReply.js';
import { FakeInteractions, type FakeInteractionsApi, type StartedReply } from './fakeInteractions.js';
import { FakeLive } from './fakeLive.js';
import type { FakeLiveApi } from './fakeLiveApi.js';
import { FakeRequest } from './fakeRequest.js';
import { playReply } from './playReply.js';

/** A function that answers each call; an error that it throws fails the call. @public */
export type FakeScript = (
  params: FakeParams,
  context: {
    /** `config.abortSignal`, or a signal that never aborts. */
    readonly signal: AbortSignal;
    /** The number of calls before this one. */
    readonly index: number;
  },
) => FakeAnswer | PromiseLike<FakeAnswer>;

/** Options of {@link fakeGemini}. @public */
export interface FakeGeminiOptions {
  /**
   * The server's side of the Live API: a script for all connections, a function that makes it from the setup, or a list
   * with one for each connection. @defaultValue `{}`, which answers each input
   */
  readonly live?: LiveScripts | undefined;
}

/** An in-process stand-in for the SDK's `GoogleGenAI`; from {@link fakeGemini}. @public */
export interface FakeGemini {
  /** The calls so far, in order. */
  readonly calls: readonly FakeCall[];
  /** The part of the SDK's `ai.models` that the fake has. */
  readonly models: {
    /** Streams a reply. */
    generateContentStream(params: FakeParams): Promise<AsyncGenerator<GeminiChunk, void>>;
    /** Resolves to the whole reply as one response, after the time that the stream would take. */
    generateContent(params: FakeParams): Promise<GeminiChunk>;
  };
  /** The part of the SDK's `ai.interactions` that the fake has: replies of the same script, as events. */
  readonly interactions: FakeInteractionsApi;
  /** The part of the SDK's `ai.live` that the fake has. */
  readonly live: FakeLiveApi;
}

/**
 * Makes an in-process stand-in for `GoogleGenAI`, for unit tests: no network, no key. The stand-in works with
 * `fromGemini`, `fromGenerate`, `fromInteraction`, and code that calls `ai.models` or `ai.interactions` itself.
 *
 * The script answers the calls in order, streaming or not, of either API: each call of `models` and of
 * `interactions.create` takes one answer; `interactions.get` and `cancel` take none. An interaction in the background
 * continues without a reader: its `errorAfter` breaks the first connection, and not the reply. When
 * `config.abortSignal` is aborted, a call and its stream reject with an `AbortError`, as the SDK's do. Waits are rxjs
 * timers, so fake timers work: `await vi.advanceTimersByTimeAsync(50)`. The promises are real, as the SDK's are, and no
 * `TestScheduler` advances them: for a test in virtual time use {@link marbles}. For real sockets use
 * `rxjs-gemini/emulator`.
 *
 * `live.connect` opens a session of the Live API, whose server plays `options.live`: see {@link LiveScript}. It works in
 * virtual time too, also inside {@link marbles}: its promise settles in the time of rxjs and calls back at once.
 *
 * @param script - One answer for each call, in order, or a function that answers every call. Not read by `live`.
 * @param options - See {@link FakeGeminiOptions}.
 * @returns The client, with a record of its calls.
 * @throws TypeError - At the call, if `script` is neither a list nor a function, or `options.live` is wrong. A
 * call for which the script has no answer rejects.
 * @example
 * ```ts
 * const ai = fakeGemini(['Hello world', { text: 'Slow', pace: 50 }, { error: new TypeError('fetch failed') }]);
 * fromGemini(ai, { model: 'gemini-2.5-flash', contents: 'Hi' })
 *   .pipe(toText())
 *   .subscribe((text) => console.log(text)); // 'Hello ', then 'world'
 * ```
 * @public
 */
export function fakeGemini(
  script: readonly FakeAnswer[] | FakeScript = [],
  options: FakeGeminiOptions = {},
): FakeGemini {
  if (!Array.isArray(script) && typeof script !== 'function') {
    throw typeError('script', "a list of answers, such as `['Hello']`, or a function", script);
  }
  assertOptions(options);
  const { live = {} } = options;
  assertLiveScripts('live', live);
  const answer = typeof script === 'function' ? script : inOrder(script);
  const requests: FakeRequest[] = [];
  const start = async (method: FakeCall['method'], params: FakeParams): Promise<StartedReply> => {
    const request = new FakeRequest(method, params);
    const index = requests.push(request) - 1;
    request.throwIfAborted();
    const reply = toReply(await answer(params, { signal: request.signal, index }));
    if (reply.error !== undefined) await request.fail(reply.error, reply.firstDelay);
    return { reply, request };
  };
  const open = async (method: FakeCall['method'], params: FakeParams): Promise<AsyncGenerator<GeminiChunk, void>> => {
    const { reply, request } = await start(method, params);
    return playReply(reply, request);
  };
  return {
    calls: requests,
    models: {
      generateContentStream: (params) => open('generateContentStream', params),
      async generateContent(params) {
        const reply = new ChunkBuilder();
        for await (const chunk of await open('generateContent', params)) reply.append(chunk);
        return reply.snapshot();
      },
    },
    interactions: new FakeInteractions((params) => start('interactions.create', params)),
    live: new FakeLive(live),
  };
}

function inOrder(answers: readonly FakeAnswer[]): FakeScript {
  return (_, { index }) => {
    const answer = answers[index];
    if (answer !== undefined) return answer;
    const count = answers.length === 1 ? '1 answer' : `${answers.length} answers`;
    throw new Error(`fakeGemini was called ${index + 1} times, and its script has ${count}`);
  };
}

function toReply(answer: FakeAnswer): FakeReply {
  if (typeof answer === 'string') return { text: answer };
  return isList(answer) ? { chunks: answer } : answer;
}

/** `Array.isArray` does not narrow a `readonly` array. */
function isList(answer: readonly FakeChunk[] | FakeReply): answer is readonly FakeChunk[] {
  return Array.isArray(answer);
}
