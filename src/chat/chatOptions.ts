import type { GeminiCandidateContent } from '../chunk/response.js';
import { assertOneOf, assertOptions, typeError } from '../rx/assertions.js';
import type { ChatJson } from './chatJson.js';
import { checkedContents } from './contentMessages.js';
import type { ChatWindow } from './contextWindow.js';
import { assertJson } from './jsonCopy.js';
import { checkedToolLoop, type ToolLoopSettings } from './toolLoopSettings.js';
import { anObject, assertValid, listOf, objectOf, optional } from './validators.js';

/** The type of `config` that a client accepts. @public */
export type ChatConfig<P> = P extends { readonly config?: infer C } ? NonNullable<C> : object;

/** Options of {@link createChat} with a client. @public */
export interface ChatOptions<P = object> extends ChatSettings {
  /** The name of the model. */
  readonly model: string;
  /** The SDK's `config` of each request, with its `systemInstruction`, `temperature`, `tools`, … */
  readonly config?: ChatConfig<P> | undefined;
  /** The part of the chat that is sent. @defaultValue the whole chat */
  readonly window?: ChatWindow | undefined;
}

/** Options of {@link createChat} with a {@link ChatSource}. @public */
export interface ChatSourceOptions extends ChatSettings {
  /** Always absent: the source chooses the model. */
  readonly model?: undefined;
  /** The `config` of each {@link ChatRequest}: any object that has JSON; passed on unchanged. @defaultValue `{}` */
  readonly config?: object | undefined;
  /** The part of the chat that is sent; a source cannot count tokens. @defaultValue the whole chat */
  readonly window?: (ChatWindow & { readonly tokens?: undefined }) | undefined;
}

/** The options of {@link createChat} that do not depend on the source of the replies. @public */
export interface ChatSettings extends ToolLoopSettings {
  /** The contents so far, from the SDK or from `contentsOf`; copied at the call. @defaultValue no contents */
  readonly history?: readonly GeminiCandidateContent[] | undefined;
  /**
   * A saved chat to continue, from {@link GeminiChat.toJSON}, instead of `history`. A chat that was saved as version 1
   * is restored as well, with its ids.
   */
  readonly restore?: ChatJson | { readonly version: 1; readonly turns: readonly unknown[] } | undefined;
  /**
   * The policy for an answer that fails or is cancelled. `draft`: the answer stays visible and is not sent to the
   * model; the user's message is sent with the next message. `commit`: the answer stays and is sent like a whole
   * answer. `rollback`: the chat is restored to its state before the send, and the user's message moves to `unsent$`.
   *
   * With `draft` the results of tools are sent, because the tools have run. With `draft` and `commit`, a user's message
   * that was refused (kinds `blocked`, `safety`, `recitation`, `invalid_request`) stays visible and is not sent again,
   * because every message after it would be refused, too; `regenerate` sends the message again.
   *
   * @defaultValue 'draft'
   */
  readonly whenCut?: 'draft' | 'commit' | 'rollback' | undefined;
  /**
   * The policy for a send while another send is answered. `queue`: the send waits. `switch`: the send cancels all
   * earlier sends. `reject`: the send fails at once, kind `rate_limit`, and may be subscribed again later; a message of
   * `submit` is then in `unsent$`.
   *
   * @defaultValue 'queue'
   */
  readonly whenBusy?: 'queue' | 'switch' | 'reject' | undefined;
}

export type WhenCut = NonNullable<ChatSettings['whenCut']>;
export type WhenBusy = NonNullable<ChatSettings['whenBusy']>;

/** The options that depend on the source. */
export interface SourceFields {
  readonly model?: string | undefined;
  readonly config?: object | undefined;
}

/** The model and the `config` of a client. @throws TypeError - If one of them is wrong. */
export function checkedClientOptions({ model, config = {} }: SourceFields): { model: string; config: object } {
  if (typeof model !== 'string' || model === '') throw typeError('model', "a model's name", model);
  assertOptions(config, 'config');
  assertValid('config', config, aConfig);
  return { model, config };
}

/** The `config` of a source. @throws TypeError - If it has no JSON, or if there is a `model`. */
export function checkedSourceOptions({ model, config = {} }: SourceFields): { config: object } {
  if (model !== undefined) throw typeError('model', 'absent, because the source chooses the model', model);
  assertOptions(config, 'config');
  assertJson('`config`', config);
  return { config };
}

/** The options that do not depend on the source. @throws TypeError, RangeError - If one of them is wrong. */
export function checkedSettings(options: ChatSettings & { readonly window?: ChatWindow | undefined }) {
  const { history, restore, window = {}, whenCut = 'draft', whenBusy = 'queue' } = options;
  if (history !== undefined && restore !== undefined) {
    throw new TypeError('Expected one of `history` and `restore`, got both');
  }
  assertOneOf('whenCut', whenCut, ['draft', 'commit', 'rollback']);
  assertOneOf('whenBusy', whenBusy, ['queue', 'switch', 'reject']);
  return {
    ...checkedToolLoop(options),
    restore,
    history: history === undefined ? [] : checkedContents('history', history),
    window,
    whenCut,
    whenBusy,
  };
}

const aConfig = objectOf({ tools: optional(listOf(anObject)) });
