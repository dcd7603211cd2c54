import type { Observable, Subscriber } from 'rxjs';
import { isEmptyText } from '../../chunk/contentsOf.js';
import { withField } from '../../chunk/copyFields.js';
import { ChunkBuilder } from '../../chunk/chunkBuilder.js';
import { emptyChunk, isEmptyChunk } from '../../chunk/emptyChunk.js';
import type { GeminiChunk } from '../../chunk/geminiChunk.js';
import { mergeChunks } from '../../chunk/mergeChunks.js';
import { partsOf } from '../../chunk/readers.js';
import { toChunk } from '../../chunk/toChunk.js';
import { finishKinds } from '../../errors/finishKinds.js';
import { isFromModel, LiveChunks } from '../../live/liveChunks.js';
import type { LiveMessage, LiveSeam } from '../../live/liveMessage.js';
import { turnFinish } from '../../live/turnFinish.js';
import { HeardText } from './heardText.js';
import type { Turn } from './turn.js';

/** Cuts the messages of a session into turns. */
export class TurnSequence {
  readonly #destination: Subscriber<Observable<GeminiChunk>>;
  readonly #makeTurn: () => Turn;
  readonly #chunks = new LiveChunks();
  readonly #heard = new HeardText();
  /** The open turn, and whether the model has not spoken in it yet. */
  #turn: Turn | undefined;
  #isSilent = true;
  /** Whether the `turnComplete` of an interrupted turn is to come, which must not end the turn after it. */
  #awaitsComplete = false;
  /** Token counts and metadata that arrived while no turn was open: for the next turn. */
  #early = new ChunkBuilder();

  constructor(destination: Subscriber<Observable<GeminiChunk>>, makeTurn: () => Turn) {
    this.#destination = destination;
    this.#makeTurn = makeTurn;
  }

  next(message: LiveMessage): void {
    if (message.resumed) this.#breakOff(message.resumed);
    const { interrupted, turnComplete, turnCompleteReason, inputTranscription } = message.serverContent ?? {};
    const chunk = this.#chunks.read(message);
    if (isFromModel(message)) this.#awaitsComplete = false;
    // Words in a message that interrupts are those of the interruption.
    if (!interrupted) this.#hear(inputTranscription?.text);
    if (!this.#turn && speaks(chunk)) this.#open();
    if (interrupted) {
      this.#interrupt(chunk, turnComplete === true);
      this.#hear(inputTranscription?.text);
    } else if (turnComplete) this.#finish(chunk, turnCompleteReason);
    else this.#emit(chunk);
  }

  error(cause: unknown): void {
    this.#turn?.error(cause);
    this.#destination.error(cause);
  }

  complete(): void {
    this.#turn?.complete();
    this.#destination.complete();
  }

  /** Handles the end of the subscription to the messages, of any kind. */
  abandon(): void {
    this.#turn?.abandon();
    this.#turn = undefined;
  }

  #open(): void {
    if (this.#destination.closed) return;
    const turn = this.#makeTurn();
    this.#turn = turn;
    this.#isSilent = true;
    this.#destination.next(turn.chunks$);
    const early = this.#early.snapshot();
    this.#early = new ChunkBuilder();
    this.#emit(early);
    this.#emit(this.#heard.notice());
  }

  #emit(chunk: GeminiChunk): void {
    if (isEmptyChunk(chunk)) return;
    if (speaks(chunk)) this.#isSilent = false;
    if (this.#turn) this.#turn.next(chunk);
    else this.#early.append(withoutContent(chunk));
  }

  /** Emits the words of the user so far; before a turn is open, they wait for it. */
  #hear(text: string | undefined): void {
    if (!text) return;
    this.#heard.append(text);
    if (this.#turn) this.#emit(this.#heard.notice());
  }

  #interrupt(chunk: GeminiChunk, isComplete: boolean): void {
    if (this.#turn && this.#isSilent && !speaks(chunk)) {
      this.#emit(chunk);
      this.#awaitsComplete = !isComplete;
      return;
    }
    if (this.#turn) {
      this.#emit(withField(chunk, 'stopped', { reason: 'interrupted' }));
      // Ended first: a player that `switchMap` leaves for the next turn has heard of the interruption.
      this.#end();
    } else this.#emit(chunk);
    this.#awaitsComplete = !isComplete;
    // Also after a turn that had ended by itself: its player may still have sound to play.
    this.#open();
  }

  #finish(chunk: GeminiChunk, reason: string | undefined): void {
    const finish = turnFinish(reason);
    const isFailure = finishKinds.has(finish.finishReason ?? '');
    // A question that was refused has no answer, and its failure must not be lost.
    if (!this.#turn && isFailure) this.#open();
    const isOfTurn = this.#turn && (isFailure || !this.#awaitsComplete);
    this.#awaitsComplete = false;
    if (!isOfTurn) {
      this.#emit(chunk);
      return;
    }
    this.#emit(mergeChunks(chunk, toChunk({ candidates: [{ index: 0, ...finish }] })));
    this.#end();
  }

  /** Ends a turn whose rest was lost with its connection. */
  #breakOff({ attempt, kind }: LiveSeam): void {
    this.#awaitsComplete = false;
    if (this.#isSilent) return;
    if (kind) this.#emit({ ...emptyChunk, resumed: { attempt, kind } });
    this.#end();
  }

  #end(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    this.#isSilent = true;
    this.#heard.clear();
    turn?.complete();
  }
}

/** Whether a chunk has any part to keep; a signature on an empty text is one. */
function speaks(chunk: GeminiChunk): boolean {
  return partsOf(chunk).some((part) => !isEmptyText(part));
}

/** A chunk that does not speak, without its empty texts: a chunk for later must not grow with the number of messages. */
function withoutContent({ candidates = [], ...fields }: GeminiChunk): GeminiChunk {
  const rest = candidates
    .map(({ content: _, ...candidate }) => candidate)
    .filter((candidate) => Object.keys(candidate).length > 1);
  return rest.length === 0 ? fields : { ...fields, candidates: rest };
}
