/**
 * A message of `useChat`, as a browser posts it: the `UIMessage` of the AI SDK 5, 6 and 7 is assignable.
 *
 * @public
 */
export interface UiMessage {
  /** The id of the message. */
  readonly id?: string | undefined;
  /** The author. */
  readonly role: 'system' | 'user' | 'assistant';
  /** The parts, in order. */
  readonly parts: readonly UiMessagePart[];
}

/** A part of a {@link UiMessage}; `type` decides which of the other fields it has. @public */
export interface UiMessagePart {
  /** The kind of the part: `text`, `reasoning`, `file`, `tool-<name>`, `dynamic-tool`, `step-start`, … */
  readonly type: string;
  /** The text, of a text or a reasoning. */
  readonly text?: string | undefined;
  /** The URL of a file, or a data URL. */
  readonly url?: string | undefined;
  /** The media type of a file. */
  readonly mediaType?: string | undefined;
  /** The state: of a tool `input-streaming`, `input-available`, `output-available`, `output-error`, `output-denied`, … */
  readonly state?: string | undefined;
  /** The name of a tool, with `dynamic-tool`. */
  readonly toolName?: string | undefined;
  /** The id of a call. */
  readonly toolCallId?: string | undefined;
  /** The arguments of a call. */
  readonly input?: unknown;
  /** The result of a call. */
  readonly output?: unknown;
  /** The error of a call that failed. */
  readonly errorText?: string | undefined;
  /** Whether the provider ran the call. */
  readonly providerExecuted?: boolean | undefined;
  /** The metadata of the provider: `{ google: { thoughtSignature } }`. */
  readonly providerMetadata?: unknown;
  /** The metadata of the provider on a call. */
  readonly callProviderMetadata?: unknown;
  /** The parts of a `steering-message`. */
  readonly parts?: readonly UiMessagePart[] | undefined;
}
