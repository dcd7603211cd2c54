import { isObject } from '../rx/isObject.js';
import type { GeminiCandidateContent } from '../chunk/response.js';
import { GeminiError } from '../errors/geminiError.js';
import { assertString, typeError } from '../rx/assertions.js';
import type { ChatClient } from './chatClient.js';
import { partsOfInput, type ChatInput } from './chatInput.js';
import { chatToJson } from './chatJson.js';
import { checkedSettings, type ChatOptions, type ChatSourceOptions } from './chatOptions.js';
import type { ChatSource } from './chatSource.js';
import { ChatState } from './chatState.js';
import { checkedSource } from './checkedSource.js';
import { messageOfContent } from './contentMessages.js';
import { createRequester } from './createRequester.js';
import type { GeminiChat } from './geminiChat.js';
import type { ParentId } from './messageTree.js';
import { restoreChat } from './restoreChat.js';
import { runSend } from './runSend.js';
import { SendQueue } from './sendQueue.js';
import type { SendPlan } from './sendTransaction.js';
import { startOnce } from './startOnce.js';
import { submitSend } from './submitSend.js';
import { ToolRegistry } from './toolRegistry.js';
import { toRequestContents } from './toRequestContents.js';

/**
 * Makes a conversation over any source of replies, such as {@link interactions}, or a server that a browser asks.
 *
 * The chat is the same as with a client, but each request goes to the function `source`. `previous` of a request lets
 * the source send new contents alone, if the server keeps the interactions of the chat.
 *
 * @param source - See {@link ChatSource}.
 * @param options - See {@link ChatSourceOptions}.
 * @returns The chat.
 * @throws TypeError, RangeError - At the call, if `source` is neither a function nor a client, or an option is wrong: a
 * `model`, a `config` without JSON, `window.tokens`.
 * @example
 * ```ts
 * const model = 'gemini-2.5-flash';
 * const chat = createChat(({ contents, config }) => fromGemini(ai, { model, contents, config }), {
 *   config: { temperature: 0.2 },
 * });
 * const reply = await lastValueFrom(chat.send('Why is the sky blue?').pipe(finalResponse()));
 * console.log(reply.text);
 * ```
 * @public
 */
export function createChat(source: ChatSource, options?: ChatSourceOptions): GeminiChat;
/**
 * Makes a conversation with a model: messages as state that streams, and replies as streams of chunks.
 *
 * The history that is sent always has the order that the API demands, also after a failed, cancelled, regenerated or
 * edited message: a user's message without an answer is sent with the next message, calls are followed by one content
 * with their responses, the user's next message follows in a separate content, and each reply of the model is one
 * content with its signatures. Replies emit chunks like {@link fromGemini} through {@link classifyErrors}. Functions in
 * `tools` run when the model calls them, and their results go to the model in another request of the same reply.
 *
 * Nothing happens before a reply is subscribed or a message is submitted; no request, timer or listener remains once the reply has ended. Holds
 * all messages of all branches.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, `fakeGemini`, or a stub.
 * @param options - See {@link ChatOptions}.
 * @returns The chat.
 * @throws TypeError, RangeError - At the call, if `ai` is not a client or an option is wrong; for `restore` and
 * `history` the message names the place.
 * @example
 * ```ts
 * const chat = createChat(ai, { model: 'gemini-2.5-flash', config: { systemInstruction: 'Be brief.' } });
 * chat.messages$.subscribe((messages) => {
 *   console.log(messages.map(({ role, text }) => `${role}: ${text}`).join('\n'));
 * });
 * await lastValueFrom(chat.send('Why is the sky blue?'));
 * await lastValueFrom(chat.send('And at dusk?'));
 * ```
 * @public
 */
export function createChat<P>(ai: ChatClient<P>, options: ChatOptions<NoInfer<P>>): GeminiChat;
export function createChat<P>(
  source: ChatClient<P> | ChatSource,
  options?: ChatOptions<P> | ChatSourceOptions,
): GeminiChat {
  const { opener, config, settings } = checkedSource(source, options);
  const checked = checkedSettings(settings);
  const { whenCut, history, restore } = checked;
  const tools = new ToolRegistry(checked.tools, checked.approve);
  const queue = new SendQueue(checked.whenBusy);
  const state = new ChatState();
  if (restore !== undefined) restoreChat(state, restore);
  addHistory(state, history);
  state.publish();

  const context = {
    state,
    queue,
    request: createRequester(opener, { ...checked, config }, tools),
    loop: { ...checked, tools },
  };
  const reply = (plan: Omit<SendPlan, 'whenCut'>) =>
    startOnce(
      (onRequest) => runSend({ ...plan, whenCut }, context, onRequest),
      () => queue.refusal(),
    );

  const planOf = (message: ChatInput) => ({
    message: partsOfInput(message),
    isLast: true,
    parentId: () => state.tree.path.at(-1)?.id,
  });

  return {
    messages$: state.messages.changes$,
    status$: state.status.changes$,
    usage$: state.usage.changes$,
    unsent$: state.unsent.changes$,
    send(message) {
      return reply(planOf(message));
    },
    submit(message) {
      submitSend({ ...planOf(message), whenCut }, context);
    },
    regenerate(...nothing: readonly unknown[]) {
      if (nothing[0] !== undefined) throw typeError('regenerate', 'called without an argument', nothing[0]);
      return reply({ isLast: true, parentId: () => lastQuestion(state) });
    },
    edit(messageId, message) {
      assertString('messageId', messageId);
      return reply({ message: partsOfInput(message), isLast: false, parentId: () => parentOf(state, messageId) });
    },
    cancel(reason) {
      if (reason !== undefined) assertString('reason', reason);
      queue.cancelAll(reason);
    },
    branches(messageId) {
      assertString('messageId', messageId);
      return state.tree.branches(messageId);
    },
    select(branch) {
      const { id }: { readonly id?: string } = isObject(branch) ? branch : {};
      if (id === undefined || !state.tree.get(id)) throw typeError('branch', 'a message of this chat', id ?? branch);
      state.tree.select(id);
      state.publish();
    },
    discard(messageId) {
      assertString('messageId', messageId);
      state.unsent.set(state.unsent.value.filter(({ id }) => id !== messageId));
    },
    history: () => toRequestContents(state.tree.path),
    toJSON: () => chatToJson(state),
  };
}

function addHistory(state: ChatState, history: readonly GeminiCandidateContent[]): void {
  let parentId: ParentId;
  for (const content of history) {
    const message = messageOfContent(state.newId(), content);
    state.tree.add(message, parentId);
    state.tree.selectAt(parentId, message.id);
    parentId = message.id;
  }
}

function lastQuestion({ tree }: ChatState): string {
  const question = tree.path.findLast(({ role }) => role === 'user');
  if (question) return question.id;
  throw new GeminiError('There is nothing to answer: the chat has no message of the user', { kind: 'invalid_request' });
}

/** The id of the parent of a user's message. */
function parentOf({ tree }: ChatState, messageId: string): ParentId {
  if (tree.get(messageId)?.role === 'user') return tree.parentOf(messageId);
  throw new GeminiError(`There is no message of the user with the id '${messageId}'`, { kind: 'invalid_request' });
}
