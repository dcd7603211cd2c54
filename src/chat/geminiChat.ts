import type { Observable } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiUsage } from '../chunk/response.js';
import type { ChatJson } from './chatJson.js';
import type { ChatStatus } from './chatState.js';
import type { ChatInput } from './chatInput.js';
import type { ChatMessage } from './chatMessage.js';

/**
 * A conversation as state that streams; from {@link createChat}.
 *
 * `send`, `regenerate` and `edit` return a cold reply that is asked for once: the first subscription asks the model,
 * and further ones join it and get the chunks before them as one chunk. When all subscribers have unsubscribed from an
 * unfinished reply, its requests and tools are cancelled, and a later subscription fails, kind `cancelled`, so that
 * nothing is posted twice. If no request had gone out by then, nothing has happened: the chat is as it was before, and
 * a later subscription asks the model. (React's StrictMode subscribes, unsubscribes and subscribes in one tick; that
 * sends and shows one message.)
 *
 * Replies emit the chunks of all steps: those of the model as they come, a notice with `tool` at each change of a run,
 * one chunk with the responses of the tools, and so on; `finalResponse` of a reply is the whole exchange, its token
 * counts added up. Replies fail with a `GeminiError`, and complete with a chunk marked `cancelled` after
 * {@link GeminiChat.cancel}.
 *
 * @public
 */
export interface GeminiChat {
  /**
   * The turns along the selected branches, at once and at every change, the one that streams included. A turn that did
   * not change is the same object. Never completes.
   */
  readonly messages$: Observable<readonly ChatMessage[]>;
  /** The status of the chat, at once and at every change. */
  readonly status$: Observable<ChatStatus>;
  /**
   * The tokens that the chat has used, at once and at every change: of all requests, those of other branches and of
   * turns that failed or were removed included.
   */
  readonly usage$: Observable<GeminiUsage>;
  /**
   * The user's turns that the chat has removed and kept aside, oldest first: by `whenCut: 'rollback'`, or because
   * {@link GeminiChat.cancel} cancelled them while they were queued. They stay until {@link GeminiChat.discard}.
   */
  readonly unsent$: Observable<readonly ChatMessage[]>;
  /**
   * Sends a message to the model.
   *
   * On subscribe the user's turn is added, and the model's as one turn, with its parts merged and its signatures. The
   * message is copied at the call.
   *
   * @param message - A text, a part, or a list of both.
   * @returns The reply.
   * @throws TypeError - At the call, if `message` is empty, of another type, or has no JSON.
   */
  send(message: ChatInput): Observable<GeminiChunk>;
  /**
   * Asks again for an answer to the last words of the user, also if the answer has failed. The old answer stays until
   * the new one has content, and is a branch from then on; if the new one ends before, nothing changes. Tools run
   * again.
   *
   * @returns The reply; fails, kind `invalid_request`, if the user has said nothing.
   * @throws TypeError - At the call, if an argument is passed.
   */
  regenerate(): Observable<GeminiChunk>;
  /**
   * Sends another message in the place of a turn of the user. That opens a branch: the old turn stays with all that
   * follows it.
   *
   * @param turnId - A turn of the user.
   * @param message - The new message.
   * @returns The reply; fails, kind `invalid_request`, if the user has no such turn.
   * @throws TypeError - At the call, if `turnId` is not a string, or `message` is wrong as in {@link GeminiChat.send}.
   */
  edit(turnId: string, message: ChatInput): Observable<GeminiChunk>;
  /**
   * Cancels the reply that streams, and all that are queued. Their requests and tools are closed at once. The words of
   * the user stay, also those that had not been sent: as turns, or in {@link GeminiChat.unsent$}.
   *
   * @param reason - The reason, for `chunk.cancelled.reason`. Default: `'cancelled'`.
   * @throws TypeError - If `reason` is not a string.
   */
  cancel(reason?: string): void;
  /**
   * The branches at the place of a turn, which `edit` and `regenerate` have opened.
   *
   * @param turnId - Any turn.
   * @returns The first turn of each, oldest first, this one among them; empty if there is no such turn.
   * @throws TypeError - If `turnId` is not a string.
   */
  branches(turnId: string): readonly ChatMessage[];
  /**
   * Selects a branch; below it, the branches that were selected last.
   *
   * @param branch - One of {@link GeminiChat.branches}; its `id` counts.
   * @throws TypeError - If there is no such turn.
   */
  select(branch: Pick<ChatMessage, 'id'>): void;
  /**
   * Removes a turn of {@link GeminiChat.unsent$}.
   *
   * @param turnId - Its id; an unknown one does nothing.
   * @throws TypeError - If `turnId` is not a string.
   */
  discard(turnId: string): void;
  /**
   * The contents that a request would have for the turns along the selected branches, without a `window`.
   *
   * @returns The contents: the user's first, user and model by turns, calls followed by one content with their
   *   responses, and the user's next words after that.
   */
  history(): GeminiContent[];
  /**
   * The whole chat as plain JSON, its branches and unsent turns included. Replies and tools that are under way are
   * saved as if they had been cancelled now.
   *
   * @returns The value for the option `restore`.
   */
  toJSON(): ChatJson;
}
