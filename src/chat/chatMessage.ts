import type {
  Queued,
  ReplyCost,
  ReplyInteraction,
  ReplyMetrics,
  ReplyProgress,
  Retrying,
  ToolRun,
} from '../chunk/annotations.js';
import type { GeminiFunctionCall } from '../chunk/functionCallsOf.js';
import type { GeminiCitation, GeminiPart, GeminiUsage } from '../chunk/response.js';
import type { GeminiError } from '../errors/geminiError.js';

/**
 * The interaction of a message: its id and its status, and the other fields of {@link ReplyInteraction} that the source
 * sends. A sink sends no `cursor` to a browser unless it is asked to.
 *
 * @public
 */
export type MessageInteraction = Pick<ReplyInteraction, 'id' | 'status'> & Partial<ReplyInteraction>;

/** The fields that every {@link ChatMessage} has. @public */
export interface ChatMessageFields {
  /** The id of the message: unique in its chat, preserved by `restore`, and never reused. */
  readonly id: string;
  /** The sender. A `tool` message holds the responses to calls, and is sent to the model with the role `user`. */
  readonly role: 'user' | 'model' | 'tool';
  /** Whether the message is only shown and not sent: an answer that was cut off, or a user's message that was refused. */
  readonly draft: boolean;
  /** The content, merged: texts, thoughts, calls, data, with their signatures. */
  readonly parts: readonly GeminiPart[];
  /** The text, without thoughts. */
  readonly text: string;
  /** The thoughts. */
  readonly thoughts: string;
  /** The complete calls of a model's message. */
  readonly calls: readonly GeminiFunctionCall[];
  /**
   * The tool runs, in the order of the calls: of a `tool` message, or of a model's message whose server has run tools
   * within the reply. A run of a server is shown once the reply has its response, and before that if the server sends
   * the annotation `tool`.
   */
  readonly runs: readonly ToolRun[];
  /** The cited sources. */
  readonly citations: readonly GeminiCitation[];
  /** The finish reason from the model; absent while the reply has not finished. */
  readonly finishReason?: string | undefined;
  /** The token counts of the request that this message answers. */
  readonly usage?: GeminiUsage | undefined;
  /**
   * The cost of the request that this message answers, if `withCost` is in the option `pipe` or the source adds a cost.
   * A tool loop has one message of the model for each request: the cost of the exchange is their sum, which the reply of
   * `send` has.
   */
  readonly cost?: ReplyCost | undefined;
  /**
   * The progress of this message of the model, if `withProgress` is in the option `pipe`; absent if the message was cut
   * off, and not saved.
   */
  readonly progress?: ReplyProgress | undefined;
  /** The pace of this message of the model, if `withMetrics` is in the option `pipe`; not saved. */
  readonly metrics?: ReplyMetrics | undefined;
  /** The place of the request in the queue of a rate limiter in the option `pipe`, until content comes. */
  readonly queued?: Queued | undefined;
  /** The next request after a failure, from a retry in the option `pipe`, until content comes: for a countdown. */
  readonly retrying?: Retrying | undefined;
  /**
   * The interaction that this message of the model is from, as it was on the last chunk; absent if the message was
   * joined from several interactions, such as by `resumeOnDrop`.
   */
  readonly interaction?: MessageInteraction | undefined;
  /** The number of messages that the server got before this message; only with `interaction`. */
  readonly sentMessages?: number | undefined;
}

/** A message that has not ended: a union over `status`. @public */
export type OpenChatMessage = ChatMessageFields & {
  /** Always absent. */
  readonly error?: undefined;
} & (
    | {
        /** The message has no content yet; a user's message is `waiting` while it is queued. */
        readonly status: 'waiting';
      }
    | {
        /** The message has content and has not ended; a `tool` message is `streaming` while its tools run. */
        readonly status: 'streaming';
      }
  );

/**
 * A message that is whole: a union over `status`. A user's message is whole once it has left the queue.
 *
 * @public
 */
export type CompleteChatMessage = ChatMessageFields & {
  /** Always absent. */
  readonly error?: undefined;
} & (
    | {
        /** The message is whole. */
        readonly status: 'complete';
      }
    | {
        /**
         * `stopWhen` in the option `pipe` ended this reply of the model. A stopped message is a whole answer: the message
         * is sent with the next request, and its tool calls run.
         */
        readonly status: 'stopped';
      }
  );

/** A message that was cancelled. @public */
export interface CancelledChatMessage extends ChatMessageFields {
  /** The message was cancelled. */
  readonly status: 'cancelled';
  /** The error of kind `cancelled`, if an error cancelled the message. */
  readonly error?: GeminiError | undefined;
}

/** A message that failed. @public */
export interface FailedChatMessage extends ChatMessageFields {
  /** The message failed. */
  readonly status: 'failed';
  /** The failure. */
  readonly error: GeminiError;
}

/**
 * A message of a chat: the user's message, the model's reply to one request, or the responses of tools to the calls of
 * a reply. A union over `status`, a {@link ReplyStatus}: a `failed` message has an `error`.
 *
 * Immutable: a message that changes is replaced by another object with the same `id`; an unchanged message stays the
 * same object.
 *
 * @public
 */
export type ChatMessage = OpenChatMessage | CompleteChatMessage | CancelledChatMessage | FailedChatMessage;

/** The outcome of a message that was cut off. */
export type MessageCut = Pick<CancelledChatMessage, 'status' | 'error'> | Pick<FailedChatMessage, 'status' | 'error'>;

/** Whether a message has not ended. */
export function isOpen(message: ChatMessage): message is OpenChatMessage {
  return message.status === 'waiting' || message.status === 'streaming';
}

/** The role of parts that the caller sends: responses to calls are a `tool` message, also if the caller runs the tools. */
export function roleOf(parts: readonly GeminiPart[]): 'user' | 'tool' {
  return parts.some((part) => part.functionResponse) ? 'tool' : 'user';
}
