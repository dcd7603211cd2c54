/**
 * The steps of a conversation as they are sent: the types of the SDK's `Step`, structural and without an import of the
 * SDK, with the fields that this library writes. Mutable, as the SDK's are, so that they are assignable to those.
 */

/** A step that is sent, in the `input` of an interaction; assignable to the SDK's `Step`. @public */
export type InteractionInputStep =
  | { type: 'user_input'; content: InteractionInputContent[] }
  | { type: 'model_output'; content: InteractionInputContent[] }
  | { type: 'thought'; summary?: (InteractionInputText | InteractionInputFile<'image'>)[]; signature?: string }
  | InteractionInputFunctionCall
  | InteractionInputFunctionResult
  | InteractionInputToolCall<'code_execution_call' | 'file_search_call' | 'google_maps_call' | 'google_search_call'>
  | InteractionInputToolCall<'processing_call' | 'retrieval_call' | 'url_context_call'>
  | (InteractionInputToolCall<'mcp_server_tool_call'> & InteractionMcpTool)
  | (InteractionInputToolResult<'code_execution_result'> & { result: string })
  | InteractionInputToolResult<'file_search_result' | 'processing_result' | 'retrieval_result'>
  | (InteractionInputToolResult<'google_maps_result' | 'google_search_result' | 'url_context_result'> & {
      result: object[];
    })
  | (InteractionInputToolResult<'mcp_server_tool_result'> &
      Partial<InteractionMcpTool> & { result: InteractionInputResult });

/** A content that is sent: a text or a file. @public */
export type InteractionInputContent =
  | InteractionInputText
  | InteractionInputFile<'image'>
  | InteractionInputFile<'audio'>
  | InteractionInputFile<'video'>
  | InteractionInputFile<'document'>;

/** A text that is sent. @public */
export interface InteractionInputText {
  /** The type. */
  type: 'text';
  /** The text. */
  text: string;
}

/** The types of files. @public */
export type InteractionFileType = 'image' | 'audio' | 'video' | 'document';

/** A file that is sent: its bytes or its URI. @public */
export interface InteractionInputFile<Type extends InteractionFileType> {
  /** The type. */
  type: Type;
  /** The base64 bytes. */
  data?: string;
  /** The URI. */
  uri?: string;
  /** The MIME type. */
  mime_type?: string;
}

/** A call of a function that is sent back. @public */
export interface InteractionInputFunctionCall {
  /** The type. */
  type: 'function_call';
  /** The id, which the result repeats. */
  id: string;
  /** The name of the function. */
  name: string;
  /** The arguments. */
  arguments: Record<string, unknown>;
  /** The model's signature of the call. */
  signature?: string;
}

/** The result of a function. @public */
export interface InteractionInputFunctionResult {
  /** The type. */
  type: 'function_result';
  /** The id of the call. */
  call_id: string;
  /** The name of the function. */
  name?: string;
  /** The result. */
  result: InteractionInputResult;
  /** Whether the function failed. */
  is_error?: boolean;
}

/** The result of a function: a text, a list of contents, or an object. @public */
export type InteractionInputResult = string | InteractionInputContent[] | object;

/** The call of a tool of the server that is sent back. @public */
export interface InteractionInputToolCall<Type extends string> {
  /** The type, which names the tool. */
  type: Type;
  /** The id, which the result repeats. */
  id: string;
  /** The arguments; each tool has its own. */
  arguments: { code?: string; language?: string; queries?: string[]; urls?: string[] };
  /** The model's signature of the call. */
  signature?: string;
}

/** The tool of an MCP server. @public */
export interface InteractionMcpTool {
  /** The name of the tool. */
  name: string;
  /** The name of the server. */
  server_name: string;
}

/** The result of a tool of the server that is sent back. @public */
export interface InteractionInputToolResult<Type extends string> {
  /** The type, which names the tool. */
  type: Type;
  /** The id of the call. */
  call_id: string;
  /** Whether the tool failed. */
  is_error?: boolean;
  /** The server's signature of the result. */
  signature?: string;
}
