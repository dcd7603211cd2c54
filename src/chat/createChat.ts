import { isObject } from '../rx/isObject.js';
import type { GeminiCandidateContent } from '../chunk/response.js';
import { GeminiError } from '../errors/geminiError.js';
import { typeError } from '../rx/assertions.js';
import { assertClient } from '../sources/client.js';
import { createRequester } from './createRequester.js';
import type { GeminiChat } from './geminiChat.js';
import type { ChatClient } from './chatClient.js';
import { chatToJson } from './chatJson.js';
import { checkedOptions, type ChatOptions } from './chatOptions.js';
import { ChatState } from './chatState.js';
import type { SendPlan } from './sendTransaction.js';
import { partsOfInput } from './chatInput.js';
import { startOnce } from './startOnce.js';
import { runSend } from './runSend.js';
import { restoreChat } from './restoreChat.js';
import { SendQueue } from './sendQueue.js';
import { toRequestContents } from './toRequestContents.js';
import { ToolRegistry } from './toolRegistry.js';
import { roleOf, createMessage } from './chatMessage.js';
import type { ParentId } from './messageTree.js';

/**
 * Makes a conversation with a model: its turns as state that streams, and replies as streams of chunks.
 *
 * The history that is sent has the order that the API demands, whatever failed, was cancelled, regenerated or edited:
 * words of the user that got no answer go with the next ones, calls are followed by one content with their responses,
 * the user's next words come after it in a content of their own, and each model's turn is one content with its
 * signatures. Replies come as from {@link fromGemini} through {@link classifyErrors}. Functions in `tools` run when the
 * model calls them, and the model is asked again with their results.
 *
 * Nothing happens before a reply is subscribed, and nothing is left once it has ended. Holds all turns of all branches.
 *
 * @param ai - The client: `new GoogleGenAI({ apiKey })` of any version from 1.50, `fakeGemini`, or a stub.
 * @param options - See {@link ChatOptions}.
 * @returns The chat.
 * @throws TypeError, RangeError - At the call, if `ai` is not a client or an option is wrong; for `restore` and
 *   `history` the sentence names the place.
 * @example
 * ```ts
 * const chat = createChat(ai, { model: 'gemini-2.5-flash', config: { systemInstruction: 'Be brief.' } });
 * chat.messages$.subscribe((turns) => console.log(turns.map(({ role, text }) => `${role}: ${text}`).join('\n')));
 * await lastValueFrom(chat.send('Why is the sky blue?'));
 * await lastValueFrom(chat.send('And at dusk?'));
 * ```
 * @public
 */
export function createChat<P>(ai: ChatClient<P>, options: ChatOptions<NoInfer<P>>): GeminiChat {
  assertClient(ai, 'generateContentStream');
  const checked = checkedOptions<P>(options);
  const { whenCut, history = [], restore } = checked;
  const tools = new ToolRegistry(checked.tools, checked.approve);
  const line = new SendQueue(checked.whenBusy);
  const state = new ChatState();
  if (restore !== undefined) restoreChat(state, restore);
  addHistory(state, history);
  state.publish();

  const replies = { state, line, whenCut, ask: createRequester(ai, checked, tools), rules: { ...checked, tools } };
  const asked = (plan: SendPlan) =>
    startOnce(
      (onRequest) => runSend(plan, replies, onRequest),
      () => line.assertAccepting(),
    );

  return {
    messages$: state.turns.changes$,
    status$: state.status.changes$,
    usage$: state.usage.changes$,
    unsent$: state.unsent.changes$,
    send: (message) => asked({ message: partsOfInput(message), isLast: true, place: () => state.tree.path.at(-1)?.id }),
    regenerate(...nothing: readonly unknown[]) {
      if (nothing[0] !== undefined) throw typeError('regenerate', 'called without an argument', nothing[0]);
      return asked({ isLast: true, place: () => lastQuestion(state) });
    },
    edit(turnId, message) {
      assertString('turnId', turnId);
      return asked({ message: partsOfInput(message), isLast: false, place: () => placeOf(state, turnId) });
    },
    cancel(reason) {
      if (reason !== undefined) assertString('reason', reason);
      line.cancelAll(reason);
    },
    branches(turnId) {
      assertString('turnId', turnId);
      return state.tree.branches(turnId);
    },
    select(branch) {
      const { id }: { readonly id?: string } = isObject(branch) ? branch : {};
      if (id === undefined || !state.tree.get(id)) throw typeError('branch', 'a turn of this chat', id ?? branch);
      state.tree.select(id);
      state.publish();
    },
    discard(turnId) {
      assertString('turnId', turnId);
      state.unsent.set(state.unsent.value.filter(({ id }) => id !== turnId));
    },
    history: () => toRequestContents(state.tree.path),
    toJSON: () => chatToJson(state),
  };
}

function assertString(name: string, value: unknown): void {
  if (typeof value !== 'string') throw typeError(name, 'a string', value);
}

function addHistory(state: ChatState, history: readonly GeminiCandidateContent[]): void {
  let parent: ParentId;
  for (const { role, parts = [] } of history) {
    const turn = createMessage(state.newId(), role === 'model' ? 'model' : roleOf(parts), parts, 'complete');
    state.tree.add(turn, parent);
    state.tree.selectAt(parent, turn.id);
    parent = turn.id;
  }
}

function lastQuestion({ tree }: ChatState): string {
  const question = tree.path.findLast(({ role }) => role === 'user');
  if (question) return question.id;
  throw new GeminiError('There is nothing to answer: the user has said nothing yet', { kind: 'invalid_request' });
}

function placeOf({ tree }: ChatState, turnId: string): ParentId {
  if (tree.get(turnId)?.role === 'user') return tree.parentOf(turnId);
  throw new GeminiError(`There is no turn of the user with the id '${turnId}'`, { kind: 'invalid_request' });
}
