import type { Observable } from 'rxjs';
import type { Content } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { UsageMetadata } from '../chunk/wire.js';
import type { ChatJson } from './chatJson.js';
import type { ChatStatus } from './chatState.js';
import type { ChatMessage } from './message.js';
import type { Turn } from './turn.js';

/**
 * A conversation as state that streams; from {@link createChat}.
 *
 * `send`, `regenerate` and `edit` give a cold reply of which there is one: the first subscription asks the model, further
 * ones join it and get what they missed as one chunk, and when all have left an unfinished one it is cancelled and its
 * requests and tools with it. A later subscription then fails, kind `cancelled`: nothing is posted twice. They emit the
 * chunks of all steps: the model's as they come, a notice with `tool` each time that a call of a tool stands elsewhere,
 * one chunk with the tools' responses, and so on; `finalResponse` of them is the whole exchange, its token counts added
 * up. They fail with a `GeminiError`, and complete with a notice with `cancelled` after {@link Chat.cancel}.
 *
 * @public
 */
export interface Chat {
  /**
   * The turns along the selected branches, at once and at every change, the one that streams included. A turn that did
   * not change is the same object. It never completes.
   */
  readonly turns$: Observable<readonly Turn[]>;
  /** What the chat is about, at once and at every change. */
  readonly status$: Observable<ChatStatus>;
  /**
   * The tokens that the chat has used, at once and at every change: of all requests, those of other branches, failed and
   * taken back ones included.
   */
  readonly usage$: Observable<UsageMetadata>;
  /**
   * The user's turns that the chat has taken back, oldest first: by `keepPartial: 'rollback'`, or because they were
   * cancelled before their turn came. They stay until {@link Chat.discard}.
   */
  readonly unsent$: Observable<readonly Turn[]>;
  /**
   * Says something to the model.
   *
   * On subscribe the user's turn is in, at completion the model's as one turn, with its parts merged and its signatures.
   *
   * @param message - A text, a part, or a list of both.
   * @returns The reply.
   * @throws TypeError - At the call, if `message` says nothing.
   */
  send(message: ChatMessage): Observable<GeminiChunk>;
  /**
   * Asks again for an answer to what the user said last, also where it has failed. The old answer stays until the new
   * one says something, and is a branch from then on; if the new one ends before, nothing changes. Tools run again.
   *
   * @returns The reply; fails, kind `invalid_request`, where the user has said nothing.
   */
  regenerate(): Observable<GeminiChunk>;
  /**
   * Says something else in the place of a turn of the user. That opens a branch: the old turn stays with what follows it.
   *
   * @param turnId - A turn of the user.
   * @param message - What is said instead.
   * @returns The reply; fails, kind `invalid_request`, where that is no turn of the user.
   * @throws TypeError - At the call, if `message` says nothing.
   */
  edit(turnId: string, message: ChatMessage): Observable<GeminiChunk>;
  /**
   * Ends the reply that streams, and all that wait for their turn. Their requests and tools are closed at once.
   *
   * @param reason - Why, for `chunk.cancelled.reason`. Default: `'cancelled'`.
   */
  cancel(reason?: string): void;
  /**
   * The branches at the place of a turn: what was said there by `edit` and `regenerate`.
   *
   * @param turnId - Any turn.
   * @returns The first turn of each, oldest first, this one among them; empty where there is no such turn.
   */
  branches(turnId: string): readonly Turn[];
  /**
   * Goes to a branch; below it, to those that were selected last.
   *
   * @param branch - One of {@link Chat.branches}; its `id` counts.
   * @throws TypeError - If there is no such turn.
   */
  select(branch: Pick<Turn, 'id'>): void;
  /**
   * Forgets a turn of {@link Chat.unsent$}.
   *
   * @param turnId - Its id; one that is not there does nothing.
   */
  discard(turnId: string): void;
  /**
   * What the model would be sent of the turns along the selected branches, without a `window`.
   *
   * @returns The contents: the user's first, user and model by turns, each call followed by its response.
   */
  history(): Content[];
  /**
   * The whole chat as plain JSON, its branches and what is unsent included. What streams is saved as cancelled.
   *
   * @returns What the option `restore` takes.
   */
  toJSON(): ChatJson;
}
