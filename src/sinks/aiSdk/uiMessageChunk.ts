import type { Queued, Resumed, Retrying } from '../../chunk/annotations.js';
import type { PublicError } from '../../errors/publicError.js';

/**
 * An event of the UI message stream, version 1: those events that the AI SDK 5, 6 and 7 all read. Assignable to the
 * `UIMessageChunk` of each.
 *
 * @public
 */
export type UiMessageChunk =
  /** The start of the reply. */
  | { readonly type: 'start'; readonly messageId?: string; readonly messageMetadata?: unknown }
  /** The borders of a request; a tool loop makes several. */
  | { readonly type: 'start-step' | 'finish-step' }
  /** The borders of a text or of a run of thoughts. */
  | {
      readonly type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end';
      readonly id: string;
      readonly providerMetadata?: UiGoogleMetadata;
    }
  /** A piece of a text or of a run of thoughts. */
  | { readonly type: 'text-delta' | 'reasoning-delta'; readonly id: string; readonly delta: string }
  /** The start of a call whose arguments come in pieces. */
  | {
      readonly type: 'tool-input-start';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly dynamic?: boolean;
    }
  /** A piece of the arguments, as JSON text. */
  | { readonly type: 'tool-input-delta'; readonly toolCallId: string; readonly inputTextDelta: string }
  /** A whole call. */
  | {
      readonly type: 'tool-input-available';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: unknown;
      readonly dynamic?: boolean;
      readonly providerExecuted?: boolean;
      readonly providerMetadata?: UiGoogleMetadata;
    }
  /** The result of a call; `preliminary` if another follows. */
  | {
      readonly type: 'tool-output-available';
      readonly toolCallId: string;
      readonly output: unknown;
      readonly preliminary?: boolean;
      readonly dynamic?: boolean;
      readonly providerExecuted?: boolean;
    }
  /** The error of a call that failed, or was denied or cancelled. */
  | {
      readonly type: 'tool-output-error';
      readonly toolCallId: string;
      readonly errorText: string;
      readonly dynamic?: boolean;
    }
  /** A source of the answer. */
  | { readonly type: 'source-url'; readonly sourceId: string; readonly url: string; readonly title?: string }
  /** A document that is a source of the answer. */
  | {
      readonly type: 'source-document';
      readonly sourceId: string;
      readonly mediaType: string;
      readonly title: string;
      readonly filename?: string;
    }
  /** A picture or a file. */
  | {
      readonly type: 'file';
      readonly url: string;
      readonly mediaType: string;
      readonly providerMetadata?: UiGoogleMetadata;
    }
  /** A place in a queue. Only `onData` of `useChat` gets it. */
  | { readonly type: 'data-queued'; readonly data: UiQueuedData; readonly transient: true }
  /** The next request after a failure. Only `onData` of `useChat` gets it. */
  | { readonly type: 'data-retrying'; readonly data: UiRetryingData; readonly transient: true }
  /** The continuation of a reply that broke. Only `onData` of `useChat` gets it. */
  | { readonly type: 'data-resumed'; readonly data: UiResumedData; readonly transient: true }
  /** The fields of the failure; the event `error` follows. Only `onData` of `useChat` gets it. */
  | { readonly type: 'data-error'; readonly data: UiErrorData; readonly transient: true }
  /** The public sentence of the failure. */
  | { readonly type: 'error'; readonly errorText: string }
  /** Metadata of the message, merged into the earlier metadata. */
  | { readonly type: 'message-metadata'; readonly messageMetadata: unknown }
  /** The end of a reply that was cancelled. */
  | { readonly type: 'abort'; readonly reason: string }
  /** The end of the reply. */
  | { readonly type: 'finish'; readonly finishReason: UiFinishReason; readonly messageMetadata?: unknown };

/** The finish reasons of the AI SDK. @public */
export type UiFinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';

/** The metadata of a part, under the key of the AI SDK's own Google provider. @public */
export type UiGoogleMetadata = Readonly<
  Record<
    'google',
    {
      /** The signature, which must be sent back to the model with this part. */
      readonly thoughtSignature?: string;
      /** Whether a file is an interim picture of the model's thoughts. */
      readonly thought?: boolean;
      /** The id of the call, of a file that is a part of the call's result. */
      readonly toolCallId?: string;
    }
  >
>;

/** The data of `data-error`: a failure, without its sentence. @public */
export type UiErrorData = Omit<PublicError, 'message'>;

/** The data of `data-queued`: `{ position, delay }`; the wait ends with `position: 0`. @public */
export type UiQueuedData = Queued;

/** The data of `data-retrying`: `{ attempt, delay, kind }`; the wait ends with `delay: 0`. @public */
export type UiRetryingData = Retrying;

/** The data of `data-resumed`: `{ attempt, kind }`; the next text follows the seam. @public */
export type UiResumedData = Resumed;

/** The metadata that each message gets at its end. @public */
export interface UiMessageMetadata {
  /** The token counts; absent if the server reported no counts. */
  readonly usage?: UiMessageUsage;
  /** The version of the model. */
  readonly model?: string;
}

/** Token counts under the names of the AI SDK: its `LanguageModelUsage`, of each version. @public */
export interface UiMessageUsage {
  /** The tokens of the prompt, and of the results of tools that the server ran. */
  readonly inputTokens: number | undefined;
  /** The input tokens from a cache, and the others. */
  readonly inputTokenDetails: {
    readonly noCacheTokens: number | undefined;
    readonly cacheReadTokens: number | undefined;
    readonly cacheWriteTokens: undefined;
  };
  /** The tokens of the answer and of the thoughts. */
  readonly outputTokens: number | undefined;
  /** The tokens of the answer, and of the thoughts. */
  readonly outputTokenDetails: {
    readonly textTokens: number | undefined;
    readonly reasoningTokens: number | undefined;
  };
  /** The sum of all tokens. */
  readonly totalTokens: number | undefined;
  /** The tokens of the thoughts. */
  readonly reasoningTokens: number | undefined;
  /** The tokens of the prompt that came from a cache. */
  readonly cachedInputTokens: number | undefined;
}
