import type { Observable } from 'rxjs';
import type { GeminiContent } from '../chunk/contentsOf.js';
import type { GeminiChunk } from '../chunk/geminiChunk.js';
import type { GeminiUsage } from '../chunk/response.js';
import type { ChatInput } from './chatInput.js';
import type { ChatJson } from './chatJson.js';
import type { ChatMessage } from './chatMessage.js';
import type { ChatStatus } from './chatState.js';

/**
 * A conversation as state that streams; from {@link createChat}.
 *
 * `send`, `regenerate` and `edit` return a cold reply that is requested once: the first subscription sends the request,
 * and further subscriptions join the reply and get the earlier chunks as one chunk. When all subscribers have
 * unsubscribed from an unfinished reply, its requests and tools are cancelled, and a later subscription fails, kind
 * `cancelled`, so that nothing is posted twice. If no request had been sent by then, the chat is restored, and a later
 * subscription sends the request. (React's StrictMode subscribes, unsubscribes and subscribes in one tick; that sends
 * and shows one message.)
 *
 * Replies emit the chunks of all steps: the model's chunks as they arrive, a notice with `tool` at each change of a
 * run, one chunk with the responses of the tools, and so on; `finalResponse` of a reply is the whole exchange, with its
 * token counts added up. Replies fail with a `GeminiError`, and complete with a chunk marked `cancelled` after {@link
 * GeminiChat.cancel}.
 *
 * `submit` is for a button: it sends at once, and only the state below reports the reply and its outcome.
 *
 * @public
 */
export interface GeminiChat {
  /**
   * The messages along the selected branches, including the streaming message; emits at once and at every change. An
   * unchanged message stays the same object. Never completes.
   */
  readonly messages$: Observable<readonly ChatMessage[]>;
  /** The status of the chat; emits at once and at every change. */
  readonly status$: Observable<ChatStatus>;
  /**
   * The tokens that the chat has used, in all requests, including requests of other branches and of failed or removed
   * messages; emits at once and at every change.
   */
  readonly usage$: Observable<GeminiUsage>;
  /**
   * The user's messages that are not in `messages$`, oldest first, so that a text box can return their words to the
   * user: because of `whenCut: 'rollback'`, because they were cancelled while they were queued (by
   * {@link GeminiChat.cancel} or `whenBusy: 'switch'`), or because a busy chat refused a {@link GeminiChat.submit}
   * (`whenBusy: 'reject'`). Each has its `status`, and its `error` if it failed. They stay until
   * {@link GeminiChat.discard}.
   */
  readonly unsent$: Observable<readonly ChatMessage[]>;
  /**
   * Sends a message to the model.
   *
   * A subscription adds the user's message, and one message for each reply of the model, with its parts merged and its
   * signatures. The input is copied at the call.
   *
   * @param message - A text, a part, or a list of both.
   * @returns The reply.
   * @throws TypeError - At the call, if `message` is empty, of another type, or has no JSON.
   */
  send(message: ChatInput): Observable<GeminiChunk>;
  /**
   * Sends a message to the model at once, without a subscription: for a button.
   *
   * The message and its answer are in {@link GeminiChat.messages$}, the state of the chat in the other streams. A failure
   * is the `error` of a message, never an uncaught error: an answer that fails is in `messages$`, and a message that a
   * busy chat refuses (`whenBusy: 'reject'`, kind `rate_limit`) is in {@link GeminiChat.unsent$}. The reply ends by
   * itself or by {@link GeminiChat.cancel}; nobody can unsubscribe from it.
   *
   * @param message - As in {@link GeminiChat.send}.
   * @throws TypeError - At the call, if `message` is wrong as in {@link GeminiChat.send}.
   */
  submit(message: ChatInput): void;
  /**
   * Requests another answer to the user's last message, also if its answer has failed. The old answer stays until the
   * new answer has content, and is a branch from then on; if the new answer ends without content, the chat does not
   * change. Tools run again.
   *
   * @returns The reply; fails, kind `invalid_request`, if the chat has no message of the user.
   * @throws TypeError - At the call, if an argument is passed.
   */
  regenerate(): Observable<GeminiChunk>;
  /**
   * Sends another message in the place of a user's message. The new message opens a branch: the old message stays, with
   * all messages that follow it.
   *
   * @param messageId - The id of a message of the user.
   * @param message - The new message.
   * @returns The reply; fails, kind `invalid_request`, if the user has no such message.
   * @throws TypeError - At the call, if `messageId` is not a string, or `message` is wrong as in
   *   {@link GeminiChat.send}.
   */
  edit(messageId: string, message: ChatInput): Observable<GeminiChunk>;
  /**
   * Cancels the streaming reply and all queued replies. Their requests and tools are cancelled at once. The user's
   * messages stay, also unsent messages: in `messages$`, or in {@link GeminiChat.unsent$}.
   *
   * @param reason - The reason, for `chunk.cancelled.reason`. Default: `'cancelled'`.
   * @throws TypeError - If `reason` is not a string.
   */
  cancel(reason?: string): void;
  /**
   * Returns the branches at the place of a message, which `edit` and `regenerate` have opened.
   *
   * @param messageId - The id of any message.
   * @returns The first message of each branch, oldest first, this message among them; empty for an unknown id.
   * @throws TypeError - If `messageId` is not a string.
   */
  branches(messageId: string): readonly ChatMessage[];
  /**
   * Selects a branch, and below its first message the branches that were selected last.
   *
   * @param branch - A message from {@link GeminiChat.branches}; only its `id` is read.
   * @throws TypeError - If there is no such message.
   */
  select(branch: Pick<ChatMessage, 'id'>): void;
  /**
   * Removes a message from {@link GeminiChat.unsent$}.
   *
   * @param messageId - The id of the message; an unknown id has no effect.
   * @throws TypeError - If `messageId` is not a string.
   */
  discard(messageId: string): void;
  /**
   * Returns the contents that a request would have for the messages along the selected branches, without a `window`.
   *
   * @returns The contents: the user's first, then model and user alternately, calls followed by one content with their
   * responses, and the user's next message after these responses.
   */
  history(): GeminiContent[];
  /**
   * Returns the whole chat as plain JSON, including its branches and unsent messages. Running replies and tools are
   * saved as cancelled.
   *
   * @returns The JSON for the option `restore`.
   */
  toJSON(): ChatJson;
}
