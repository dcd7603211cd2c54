/**
 * The steps of the Interactions API, structural and without an import of the SDK: one shape for all types of steps, as
 * {@link GeminiPart} is one for all kinds of parts. Other fields are preserved at run time.
 */

/** The type of a step: a known one, or any other string, because the service adds new types. @public */
export type InteractionStepType =
  | 'user_input'
  | 'model_output'
  | 'thought'
  | 'function_call'
  | 'function_result'
  | 'code_execution_call'
  | 'code_execution_result'
  | 'file_search_call'
  | 'file_search_result'
  | 'google_maps_call'
  | 'google_maps_result'
  | 'google_search_call'
  | 'google_search_result'
  | 'mcp_server_tool_call'
  | 'mcp_server_tool_result'
  | 'processing_call'
  | 'processing_result'
  | 'retrieval_call'
  | 'retrieval_result'
  | 'url_context_call'
  | 'url_context_result'
  | (string & {});

/** One step of an interaction: the user's input, a thought, a piece of the answer, a call or its result. @public */
export interface InteractionStep {
  /** The type of the step, which decides the fields that it has. */
  readonly type: InteractionStepType;
  /** The contents of a `user_input` or a `model_output`. */
  readonly content?: readonly InteractionContent[] | undefined;
  /** The error of a `model_output` that failed. */
  readonly error?: { readonly code?: number | undefined; readonly message?: string | undefined } | undefined;
  /** The summary of a `thought`. */
  readonly summary?: readonly InteractionContent[] | undefined;
  /** An opaque signature, which must be sent back to the model with this step. */
  readonly signature?: string | undefined;
  /** The id of a call. */
  readonly id?: string | undefined;
  /** The id of the call that a result answers. */
  readonly call_id?: string | undefined;
  /** The name of the function or of the tool. */
  readonly name?: string | undefined;
  /** The arguments of a call. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  /** The result of a call, in the form of its tool. */
  readonly result?: unknown;
  /** Whether the result is a failure of the tool. */
  readonly is_error?: boolean | undefined;
  /** The name of the MCP server of a tool. */
  readonly server_name?: string | undefined;
}

/** A piece of content in a step: a text, or an image, audio, a video or a document. @public */
export interface InteractionContent {
  /** The type: `text`, `image`, `audio`, `video`, `document`. Some streams omit it for a text. */
  readonly type?: string | undefined;
  /** The text. */
  readonly text?: string | undefined;
  /** The sources of the text. */
  readonly annotations?: readonly InteractionAnnotation[] | undefined;
  /** The base64 bytes of a file. */
  readonly data?: string | undefined;
  /** The URI of a file. */
  readonly uri?: string | undefined;
  /** The MIME type of a file. */
  readonly mime_type?: string | undefined;
}

/** A source of a text, from the search, from a file or from the maps. @public */
export interface InteractionAnnotation {
  /** The type: `url_citation`, `file_citation`, `place_citation`, or one that is no source (`speech_metadata`). */
  readonly type: string;
  /** The start of the passage that the source supports, in bytes. */
  readonly start_index?: number | undefined;
  /** The end of the passage, exclusive, in bytes. */
  readonly end_index?: number | undefined;
  /** The URL of a web page or of a place. */
  readonly url?: string | undefined;
  /** The title of a web page. */
  readonly title?: string | undefined;
  /** The URI of a file. */
  readonly document_uri?: string | undefined;
  /** The name of a file. */
  readonly file_name?: string | undefined;
  /** The name of a place. */
  readonly name?: string | undefined;
  /** The id of a place. */
  readonly place_id?: string | undefined;
}
