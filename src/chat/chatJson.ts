import type { ReplyCost, ToolRun } from '../chunk/annotations.js';
import type { ReplyOutcome } from '../chunk/replyStatus.js';
import type { GeminiCitation, GeminiPart, GeminiUsage } from '../chunk/response.js';
import type { GeminiErrorJson } from '../errors/geminiError.js';
import { isOpen, type ChatMessage, type MessageInteraction } from './chatMessage.js';
import type { ChatState } from './chatState.js';

/** A message in a {@link ChatJson}. @public */
export interface ChatMessageJson {
  /** The id of the message: `message-N`; `turn-N` in a chat that was first saved as version 1. */
  readonly id: string;
  /** The sender. */
  readonly role: ChatMessage['role'];
  /** The outcome; only a model's message is `stopped`. */
  readonly status: ReplyOutcome;
  /** Whether the message is only shown and not sent. */
  readonly draft: boolean;
  /** The content. */
  readonly parts: readonly GeminiPart[];
  /** The tool runs of a `tool` message. */
  readonly runs: readonly ToolRun[];
  /** The cited sources. */
  readonly citations: readonly GeminiCitation[];
  /** The finish reason from the model. */
  readonly finishReason?: string | undefined;
  /** The token counts. */
  readonly usage?: GeminiUsage | undefined;
  /** The cost. */
  readonly cost?: ReplyCost | undefined;
  /** The interaction that a model's message is from. */
  readonly interaction?: MessageInteraction | undefined;
  /** The number of messages that the server got before a model's message. */
  readonly sentMessages?: number | undefined;
  /** The failure. */
  readonly error?: GeminiErrorJson | undefined;
}

/** A chat as plain JSON, from {@link GeminiChat.toJSON}, for the option `restore`. @public */
export interface ChatJson {
  /** The version of this format; `restore` reads version 1 as well. */
  readonly version: 2;
  /**
   * All messages, parents first: each with the id of its parent message, and whether the message is the selected branch
   * of that parent.
   */
  readonly messages: readonly (ChatMessageJson & {
    readonly parent?: string | undefined;
    readonly selected: boolean;
  })[];
  /** The messages of {@link GeminiChat.unsent$}. */
  readonly unsent: readonly ChatMessageJson[];
  /** The tokens that the chat has used. */
  readonly usage: GeminiUsage;
  /** The number of assigned ids. */
  readonly lastId: number;
}

/** Serialises a chat. A running send is saved as cancelled. */
export function chatToJson(state: ChatState): ChatJson {
  const { tree, unsent, usage, lastId } = state.asCancelled();
  return {
    version: 2,
    messages: tree.all.map((message) => {
      const parent = tree.parentOf(message.id);
      return {
        ...messageToJson(message),
        ...(parent !== undefined && { parent }),
        selected: tree.selectedAt(parent) === message.id,
      };
    }),
    unsent: unsent.value.map(messageToJson),
    usage: usage.value,
    lastId,
  };
}

function messageToJson(message: ChatMessage): ChatMessageJson {
  const { id, role, draft, parts, runs, citations, finishReason, usage, cost, interaction, sentMessages, error } =
    message;
  return {
    id,
    role,
    status: isOpen(message) ? 'cancelled' : message.status,
    draft,
    parts,
    // The runs of a model's message follow from its parts.
    runs: role === 'tool' ? runs : [],
    citations,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage && { usage }),
    ...(cost && { cost }),
    ...(interaction && { interaction }),
    ...(sentMessages !== undefined && { sentMessages }),
    ...(error && { error: error.toJSON() }),
  };
}
