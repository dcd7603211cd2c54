/**
 * The input of an AG-UI run, as `HttpAgent` posts it: the `RunAgentInput` of `@ag-ui/core` 0.0.59 and 1.0 is assignable.
 * Its other fields are not read.
 *
 * @public
 */
export interface AgUiInput extends AgUiRun {
  /** The conversation so far, with the message to answer. */
  readonly messages: readonly AgUiMessage[];
  /** The tools that the client runs. */
  readonly tools?: readonly AgUiTool[] | undefined;
  /** Facts from the application, such as the page that the user sees. */
  readonly context?: readonly AgUiContext[] | undefined;
}

/** The fields of an {@link AgUiInput} that name the run. @public */
export interface AgUiRun {
  /** The id of the conversation. */
  readonly threadId: string;
  /** The id of this run. */
  readonly runId: string;
  /** The version of the protocol that the client speaks; absent before 1.0. */
  readonly protocolVersion?: string | undefined;
}

/** A message of an {@link AgUiInput}; `role` decides which of the other fields it has. @public */
export interface AgUiMessage {
  /** The id of the message. */
  readonly id?: string | undefined;
  /** The author or the kind of the message. */
  readonly role: 'user' | 'assistant' | 'tool' | 'reasoning' | 'system' | 'developer' | 'activity';
  /** The text; of a user or a tool also a list of {@link AgUiContentPart}; of an activity any data. */
  readonly content?: unknown;
  /** The calls of an assistant. */
  readonly toolCalls?: readonly AgUiToolCall[] | undefined;
  /** The id of the call that a tool message answers. */
  readonly toolCallId?: string | undefined;
  /** The failure of a tool. */
  readonly error?: string | undefined;
  /** The thought signature of the message. */
  readonly encryptedValue?: string | undefined;
}

/** A call in an {@link AgUiMessage} of an assistant. @public */
export interface AgUiToolCall {
  /** The id of the call. */
  readonly id: string;
  /** The tool, and its arguments as JSON text. */
  readonly function: { readonly name: string; readonly arguments: string };
  /** The thought signature of the call. */
  readonly encryptedValue?: string | undefined;
}

/**
 * A part of the content of an {@link AgUiMessage}: a text, a medium with its source, or a `binary` of clients before
 * 1.0.
 *
 * @public
 */
export type AgUiContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio' | 'video' | 'document'; readonly source: AgUiSource }
  | {
      readonly type: 'binary';
      readonly mimeType: string;
      readonly data?: string | undefined;
      readonly url?: string | undefined;
      readonly id?: string | undefined;
    };

/** The source of a medium: base64 `data`, a `url`, or a `file` of the Files API. @public */
export interface AgUiSource {
  /** The kind of the source. */
  readonly type: 'data' | 'url' | 'file';
  /** The base64 bytes, the URL, or the URI of the file. */
  readonly value: string;
  /** The media type; always present with `data`. */
  readonly mimeType?: string | undefined;
}

/** A tool of an {@link AgUiInput}. @public */
export interface AgUiTool {
  /** The name of the tool. */
  readonly name: string;
  /** The purpose of the tool, for the model. */
  readonly description: string;
  /** The JSON Schema of the arguments. */
  readonly parameters?: unknown;
}

/** A fact in an {@link AgUiInput}. @public */
export interface AgUiContext {
  /** The subject of the fact. */
  readonly description: string;
  /** The fact. */
  readonly value: string;
}
