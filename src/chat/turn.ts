import type { ToolRun } from '../chunk/annotations.js';
import { contentsOf, type Content } from '../chunk/contentsOf.js';
import { functionCallsOf, type FunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiResponse } from '../chunk/geminiChunk.js';
import { citationsOf, finishReasonOf, partsOf, textOf, thoughtsOf, usageOf } from '../chunk/readers.js';
import type { Citation, Part, UsageMetadata } from '../chunk/wire.js';
import type { GeminiError } from '../errors/geminiError.js';

/**
 * Where a turn stands: `pending` until its first content, `streaming`, and how it ended. A user's turn is `pending`
 * while it waits for the one before, and `complete` once it is sent; one of tools is `streaming` while they run. @public
 */
export type TurnStatus = 'pending' | 'streaming' | 'complete' | 'cancelled' | 'failed';

/**
 * One turn of a chat: what the user said, what the model answered in one request, or what tools gave it.
 *
 * Immutable: a turn that changes is another object with the same `id`, and one that does not is the same object.
 *
 * @public
 */
export interface Turn {
  /** Its name in this chat, for ever; none is used twice. */
  readonly id: string;
  /** Who speaks; `tool` turns hold what calls were answered with, and go to the model as the user's. */
  readonly role: 'user' | 'model' | 'tool';
  /** Where it stands. */
  readonly status: TurnStatus;
  /** Whether it is only shown, and not sent: an answer that was cut off, or words of the user that were refused. */
  readonly draft: boolean;
  /** What is said, merged: texts, thoughts, calls, data, with their signatures. */
  readonly parts: readonly Part[];
  /** The text, without thoughts. */
  readonly text: string;
  /** The thoughts. */
  readonly thoughts: string;
  /** The finished calls of a model's turn. */
  readonly calls: readonly FunctionCall[];
  /** The tools that run, or ran, in a `tool` turn, in the order of the calls. */
  readonly runs: readonly ToolRun[];
  /** The sources that are quoted. */
  readonly citations: readonly Citation[];
  /** Why the model stopped, once it has. */
  readonly finishReason?: string | undefined;
  /** The token counts of the request that wrote this turn. */
  readonly usage?: UsageMetadata | undefined;
  /** Why it failed. */
  readonly error?: GeminiError | undefined;
}

/** A turn of which only the parts are known. */
export function turnOf(id: string, role: Turn['role'], parts: readonly Part[], status: TurnStatus): Turn {
  return { id, role, status, draft: false, runs: [], ...saidBy(responseWith(parts)) };
}

/** Who says what is not the model's: what answers calls is a turn of tools, also where the caller runs them. */
export function roleOf(parts: readonly Part[]): 'user' | 'tool' {
  return parts.some((part) => part.functionResponse) ? 'tool' : 'user';
}

/** What a turn says, as far as the reply has come. */
export function saidBy(reply: GeminiResponse) {
  return {
    parts: partsOf(reply),
    text: textOf(reply),
    thoughts: thoughtsOf(reply),
    calls: functionCallsOf(reply),
    citations: citationsOf(reply),
    finishReason: finishReasonOf(reply),
    usage: usageOf(reply),
  };
}

/** The calls at the end of a whole reply; those that the SDK has run itself are followed by their responses. */
export function openCallsOf(reply: GeminiResponse): FunctionCall[] {
  const last = contentsOf(reply).at(-1);
  return last?.role === 'model' ? functionCallsOf(responseWith(last.parts)) : [];
}

/** What of a turn may be sent: one content, or several where the SDK has called functions within the reply. */
export function contentsOfTurn({ role, parts }: Turn): Content[] {
  if (role !== 'model') return [{ role: 'user', parts: [...parts] as Content['parts'] }];
  return contentsOf(responseWith(parts));
}

function responseWith(parts: readonly Part[]): GeminiResponse {
  return { candidates: [{ index: 0, content: { role: 'model', parts } }] };
}
