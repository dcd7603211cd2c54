import { candidatesOf } from '../../src/chunk/candidatesOf.js';
import { CitationList } from '../../src/chunk/citationList.js';
import { isEmptyText } from '../../src/chunk/contentsOf.js';
import type { GeminiChunk } from '../../src/chunk/geminiChunk.js';
import { isPlainText, mayJoinCalls, mayJoinTexts } from '../../src/chunk/joinParts.js';
import { PartList } from '../../src/chunk/partList.js';
import { candidateOf } from '../../src/chunk/readers.js';
import { toReplyPart, type FinishPart, type ReplyPart } from '../../src/chunk/replyPart.js';
import type { GeminiCandidate, GeminiPart } from '../../src/chunk/response.js';
import { FinishBuilder } from '../../src/chunk/finishBuilder.js';

/** Reads the parts of candidate 0, merged as in the whole reply, and returns each as soon as it is whole. */
export class PartReader {
  /** The part that may still grow. */
  #open: PartList | undefined;
  /** The last piece of the open part, which decides whether the next piece joins it. */
  #lastPiece: GeminiPart = {};
  readonly #citations = new CitationList();
  #citationCount = 0;
  /** The citations that arrived while a part was open. */
  #waiting: ReplyPart[] = [];
  readonly #finish = new FinishBuilder();

  /** Reads the next chunk and returns the parts that are whole with it. */
  read(chunk: GeminiChunk): ReplyPart[] {
    const candidate = candidateOf({ candidates: candidatesOf(chunk) });
    this.#finish.append(chunk, candidate);
    if (!candidate) return [];
    const parts = (candidate.content?.parts ?? []).flatMap((part) => this.#readPart(part));
    this.#readCitations(candidate);
    return this.#open ? parts : [...parts, ...this.#takeWaiting()];
  }

  /** Returns the open part and its citations at the end of the reply. */
  close(): ReplyPart[] {
    const parts = this.#open?.snapshot() ?? [];
    this.#open = undefined;
    return [...parts.filter((part) => !isEmptyText(part)).map(toReplyPart), ...this.#takeWaiting()];
  }

  finish(): FinishPart {
    return this.#finish.snapshot();
  }

  #readPart(piece: GeminiPart): ReplyPart[] {
    const isJoined = this.#open && (mayJoinTexts(this.#lastPiece, piece) || mayJoinCalls(this.#lastPiece, piece));
    const closed = isJoined ? [] : this.close();
    (this.#open ??= new PartList()).append(piece);
    this.#lastPiece = piece;
    const isOpen = isPlainText(piece) || piece.functionCall?.willContinue === true;
    return isOpen ? closed : [...closed, ...this.close()];
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
