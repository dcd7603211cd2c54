import { candidatesOf } from '../../chunk/candidatesOf.js';
import { isEmptyText } from '../../chunk/contentsOf.js';
import { FinishBuilder } from '../../chunk/finishBuilder.js';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { candidateOf } from '../../chunk/readers.js';
import type { FinishPart } from '../../chunk/replyPart.js';
import type { GeminiPart } from '../../chunk/response.js';
import { CallPieces, type CallPiece } from './callPieces.js';
import { SourcePieces, type SourcePiece } from './sourcePieces.js';

/**
 * A piece of a reply, which a format converts into events.
 *
 * Texts and thoughts come in runs: `runStart`, deltas, `runEnd`. `signature` is the signature of an empty part, outside
 * of a run. `part` is a picture, a file or a part of an unknown kind. `step` separates the replies of a tool loop.
 */
export type ReplyPiece =
  | { readonly type: 'runStart'; readonly kind: RunKind; readonly id: string }
  | { readonly type: 'runDelta'; readonly kind: RunKind; readonly id: string; readonly delta: string }
  | {
      readonly type: 'runEnd';
      readonly kind: RunKind;
      readonly id: string;
      readonly signature: string | undefined;
    }
  | { readonly type: 'signature'; readonly kind: RunKind; readonly signature: string }
  | { readonly type: 'part'; readonly part: GeminiPart }
  | { readonly type: 'step' }
  | CallPiece
  | SourcePiece;

/** The kind of a run of deltas. */
export type RunKind = 'text' | 'thought';

interface Run {
  readonly kind: RunKind;
  readonly id: string;
}

/** Reads the chunks of a reply, and returns the pieces of candidate 0. Merged chunks have the same pieces, but longer. */
export class ReplyPieces {
  readonly #prefix: string;
  readonly #calls: CallPieces;
  readonly #sources = new SourcePieces();
  readonly #finish = new FinishBuilder();
  #run: Run | undefined;
  #runs = 0;
  /** Whether the responses to calls were the last content, so that the next content is of another reply. */
  #hasResponses = false;

  /**
   * @param prefix - The first part of all ids that this reply makes up.
   * @param knownIds - The ids of earlier calls, which no call of this reply gets.
   */
  constructor(prefix: string, knownIds: Iterable<string> = []) {
    this.#prefix = prefix;
    this.#calls = new CallPieces(prefix, knownIds);
  }

  /** Whether a call is not answered within the reply, so that the client has to answer. */
  get hasOpenCalls(): boolean {
    return this.#calls.hasOpen;
  }

  /** Returns the pieces of the next chunk. */
  read(chunk: GeminiChunk): ReplyPiece[] {
    const candidate = candidateOf({ candidates: candidatesOf(chunk) });
    this.#finish.append(chunk, candidate);
    const parts = (candidate?.content?.parts ?? []).flatMap((part) => this.#part(part));
    const sources = candidate ? this.#sources.read(candidate) : [];
    return [...parts, ...sources, ...(chunk.tool ? this.#calls.run(chunk.tool) : [])];
  }

  /** Returns the pieces that close the reply. */
  close(): ReplyPiece[] {
    return [...this.#endRun(), ...this.#calls.cut()];
  }

  /** The finish of the reply, with its token counts. */
  finish(): FinishPart {
    return this.#finish.snapshot();
  }

  #part(part: GeminiPart): ReplyPiece[] {
    const { functionCall, functionResponse } = part;
    if (functionResponse) {
      this.#hasResponses = true;
      return [...this.#endRun(), ...this.#calls.response(functionResponse)];
    }
    // A closing piece of a call may be empty.
    if (!functionCall && isEmptyText(part)) return [];
    const step: ReplyPiece[] = this.#hasResponses ? [...this.#endRun(), { type: 'step' }] : [];
    this.#hasResponses = false;
    const cut = functionCall ? [] : this.#calls.cut();
    if (isRunPart(part)) return [...cut, ...step, ...this.#text(part)];
    const ended = [...cut, ...this.#endRun(), ...step];
    if (functionCall) return [...ended, ...this.#calls.call(part, functionCall)];
    return [...ended, ...(this.#calls.server(part) ?? [{ type: 'part' as const, part }])];
  }

  /** A signature ends the run, so that it stays with its text. */
  #text({ text = '', thought, thoughtSignature: signature }: GeminiPart): ReplyPiece[] {
    const kind = thought ? 'thought' : 'text';
    if (text === '' && this.#run?.kind !== kind) {
      return signature === undefined ? [] : [...this.#endRun(), { type: 'signature', kind, signature }];
    }
    const begun = this.#beginRun(kind);
    const { id } = begun.run;
    const delta: ReplyPiece[] = text === '' ? [] : [{ type: 'runDelta', kind, id, delta: text }];
    return [...begun.pieces, ...delta, ...(signature === undefined ? [] : this.#endRun(signature))];
  }

  #beginRun(kind: RunKind): { readonly run: Run; readonly pieces: readonly ReplyPiece[] } {
    if (this.#run?.kind === kind) return { run: this.#run, pieces: [] };
    const ended = this.#endRun();
    this.#runs += 1;
    const run = { kind, id: `${this.#prefix}-${kind}-${String(this.#runs)}` };
    this.#run = run;
    return { run, pieces: [...ended, { type: 'runStart', ...run }] };
  }

  #endRun(signature?: string): ReplyPiece[] {
    const run = this.#run;
    this.#run = undefined;
    return run ? [{ type: 'runEnd', ...run, signature }] : [];
  }
}

/** Whether a part is a text or a thought, or a bare signature. */
function isRunPart(part: GeminiPart): boolean {
  return (
    typeof part.text === 'string' ||
    Object.entries(part).every(([field, value]) => runFields.has(field) || value == null)
  );
}

const runFields: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature']);
