import { candidatesOf } from '../../src/chunk/candidatesOf.js';
import { CitationList } from '../../src/chunk/citationList.js';
import { isEmptyText } from '../../src/chunk/contentsOf.js';
import { mergeFields } from '../../src/chunk/mergeFields.js';
import { copyFields } from '../../src/chunk/copyFields.js';
import type { Fields } from '../../src/rx/isObject.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { candidateFinishAfter } from '../../src/chunk/finishReasonAfter.js';
import { isPlainText, mayJoinCalls, mayJoinTexts } from '../../src/chunk/joinParts.js';
import { PartList } from '../../src/chunk/partList.js';
import { candidateOf } from '../../src/chunk/readers.js';
import { toReplyPart, type FinishPart, type ReplyPart } from '../../src/chunk/replyPart.js';
import type { GeminiCandidate, GeminiPart } from '../../src/chunk/response.js';

/** Reads candidate 0 of a reply part by part: those that its merge has, each as soon as it is whole. */
export class PartReader {
  /** The part that goes on. */
  #open: PartList | undefined;
  /** Its last piece: what may join that may join the part. */
  #lastPiece: GeminiPart = {};
  readonly #citations = new CitationList();
  #citationCount = 0;
  /** Citations that came within the open part. */
  #waiting: ReplyPart[] = [];
  /** What is said of the reply as a whole: the later wins. */
  readonly #finish: Fields = {};
  readonly #usage: Fields = {};
  #finishReason: string | undefined;

  /** Takes the next chunk, and gives the parts that are whole with it. */
  read(chunk: GeminiChunk): ReplyPart[] {
    copyFields(this.#usage, chunk.usageMetadata ?? {});
    const { promptFeedback } = chunk;
    if (promptFeedback) mergeFields(this.#finish, { promptFeedback });
    for (const field of ofReply) if (chunk[field]) this.#finish[field] = chunk[field];
    const candidate = candidateOf({ candidates: candidatesOf(chunk) });
    if (!candidate) return [];
    this.#readFinish(candidate);
    const parts = (candidate.content?.parts ?? []).flatMap((part) => this.#readPart(part));
    this.#readCitations(candidate);
    return this.#open ? parts : [...parts, ...this.#takeWaiting()];
  }

  /** Gives the part that was open, once nothing more comes. */
  close(): ReplyPart[] {
    const parts = this.#open?.snapshot() ?? [];
    this.#open = undefined;
    return [...parts.filter((part) => !isEmptyText(part)).map(toReplyPart), ...this.#takeWaiting()];
  }

  finish(): FinishPart {
    return {
      ...this.#finish,
      ...(this.#finishReason && { finishReason: this.#finishReason }),
      ...(Object.keys(this.#usage).length > 0 && { usageMetadata: { ...this.#usage } }),
      type: 'finish',
    };
  }

  #readPart(piece: GeminiPart): ReplyPart[] {
    const goesOn = this.#open && (mayJoinTexts(this.#lastPiece, piece) || mayJoinCalls(this.#lastPiece, piece));
    const closed = goesOn ? [] : this.close();
    (this.#open ??= new PartList()).append(piece);
    this.#lastPiece = piece;
    const isOpen = isPlainText(piece) || piece.functionCall?.willContinue === true;
    return isOpen ? closed : [...closed, ...this.close()];
  }

  #readFinish(candidate: GeminiCandidate): void {
    mergeFields(this.#finish, candidate, notOfFinish);
    this.#finishReason = candidateFinishAfter(this.#finishReason, candidate);
  }

  #readCitations({ citationMetadata }: GeminiCandidate): void {
    if (!citationMetadata) return;
    this.#citations.append(citationMetadata);
    const { citations = [] } = this.#citations.snapshot();
    for (const citation of citations.slice(this.#citationCount)) this.#waiting.push({ type: 'citation', citation });
    this.#citationCount = citations.length;
  }

  #takeWaiting(): ReplyPart[] {
    return this.#waiting.splice(0);
  }
}

const ofReply = ['cancelled', 'stopped'] as const;

const notOfFinish: ReadonlySet<string> = new Set([
  'index',
  'content',
  'finishReason',
  'citationMetadata',
  'logprobsResult',
]);
