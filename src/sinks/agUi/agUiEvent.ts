/** The fields of every {@link AgUiEvent}. @public */
export type AgUiEventFields = Readonly<{
  /** Data beside the protocol's own; a client merges those of a message into the message. */
  metadata?: Readonly<Record<string, unknown>>;
}>;

/** An event of AG-UI that {@link agUiEvents} makes. @public */
export type AgUiEvent = AgUiRunEvent | AgUiMessageEvent | AgUiCallEvent | AgUiCustomEvent;

/** The begin and the end of a run. @public */
export type AgUiRunEvent = AgUiEventFields &
  (
    | {
        readonly type: 'RUN_STARTED';
        readonly threadId: string;
        readonly runId: string;
        readonly protocolVersion?: string;
      }
    | {
        readonly type: 'RUN_FINISHED';
        readonly threadId: string;
        readonly runId: string;
        readonly outcome?: { type: 'cancelled' };
        readonly usage?: AgUiUsage[];
      }
    | {
        readonly type: 'RUN_ERROR';
        readonly message: string;
        readonly code: string;
        readonly usage?: AgUiUsage[];
      }
  );

/** The text and the thoughts of the model, and their signatures. @public */
export type AgUiMessageEvent = AgUiEventFields &
  (
    | { readonly type: 'TEXT_MESSAGE_START'; readonly messageId: string; readonly role: 'assistant' }
    | { readonly type: 'TEXT_MESSAGE_CONTENT'; readonly messageId: string; readonly delta: string }
    | { readonly type: 'TEXT_MESSAGE_END'; readonly messageId: string }
    | { readonly type: 'REASONING_START'; readonly messageId: string }
    | { readonly type: 'REASONING_MESSAGE_START'; readonly messageId: string; readonly role: 'reasoning' }
    | { readonly type: 'REASONING_MESSAGE_CONTENT'; readonly messageId: string; readonly delta: string }
    | { readonly type: 'REASONING_MESSAGE_END'; readonly messageId: string }
    | { readonly type: 'REASONING_END'; readonly messageId: string }
    | {
        readonly type: 'REASONING_ENCRYPTED_VALUE';
        readonly subtype: 'message' | 'tool-call';
        readonly entityId: string;
        readonly encryptedValue: string;
      }
  );

/** The calls of tools and their results. @public */
export type AgUiCallEvent = AgUiEventFields &
  (
    | {
        readonly type: 'TOOL_CALL_START';
        readonly toolCallId: string;
        readonly toolCallName: string;
        readonly parentMessageId: string;
      }
    | { readonly type: 'TOOL_CALL_ARGS'; readonly toolCallId: string; readonly delta: string }
    | { readonly type: 'TOOL_CALL_END'; readonly toolCallId: string }
    | {
        readonly type: 'TOOL_CALL_RESULT';
        readonly messageId: string;
        readonly toolCallId: string;
        readonly content: string;
        readonly role: 'tool';
      }
  );

/**
 * Content for which AG-UI has no event: `gemini.part` (a `GeminiPart`: a picture, a file, code and its output),
 * `gemini.sources` (the sources that no message has) and `gemini.progress` (the progress of a tool).
 *
 * @public
 */
export type AgUiCustomEvent = AgUiEventFields & {
  readonly type: 'CUSTOM';
  readonly name: 'gemini.part' | 'gemini.sources' | 'gemini.progress';
  readonly value: unknown;
};

/** The token counts of a run. @public */
export interface AgUiUsage {
  /** The provider of the model. */
  readonly provider: 'google';
  /** The version of the model; absent if the server did not send it. */
  readonly model?: string;
  /** The tokens of the prompt and of the results of tools. */
  readonly inputTokens?: number;
  /** The tokens that the model wrote, thoughts included. */
  readonly outputTokens?: number;
  /** The sum of both. */
  readonly totalTokens?: number;
  /** The part of `outputTokens` that are thoughts. */
  readonly reasoningTokens?: number;
  /** The part of `inputTokens` that came from a cache. */
  readonly cachedInputTokens?: number;
}
