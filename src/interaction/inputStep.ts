/**
 * The steps of a conversation as they are sent: the types of the SDK's `Step`, structural and without an import of the
 * SDK, with the fields that {@link stepsOf} writes.
 */

/** A content that is sent. */
export type InputContent =
  InputText | InputFile<'image'> | InputFile<'audio'> | InputFile<'video'> | InputFile<'document'>;

/** A text that is sent. */
interface InputText {
  type: 'text';
  text: string;
}

/** A file that is sent. */
export interface InputFile<Type extends FileType> {
  type: Type;
  data?: string;
  uri?: string;
  mime_type?: string;
}

/** The types of files. */
export type FileType = 'image' | 'audio' | 'video' | 'document';

/** A step that is sent. */
export type InputStep =
  | { type: 'user_input'; content: InputContent[] }
  | { type: 'model_output'; content: InputContent[] }
  | { type: 'thought'; summary?: (InputText | InputFile<'image'>)[]; signature?: string }
  | InputFunctionCall
  | InputFunctionResult
  | InputToolCall<'code_execution_call' | 'file_search_call' | 'google_maps_call' | 'google_search_call'>
  | InputToolCall<'processing_call' | 'retrieval_call' | 'url_context_call'>
  | (InputToolCall<'mcp_server_tool_call'> & McpTool)
  | (InputToolResult<'code_execution_result'> & { result: string })
  | InputToolResult<'file_search_result' | 'processing_result' | 'retrieval_result'>
  | (InputToolResult<'google_maps_result' | 'google_search_result' | 'url_context_result'> & { result: object[] })
  | (InputToolResult<'mcp_server_tool_result'> & Partial<McpTool> & { result: InputResult });

interface InputFunctionCall {
  type: 'function_call';
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  signature?: string;
}

export interface InputFunctionResult {
  type: 'function_result';
  call_id: string;
  name?: string;
  result: InputResult;
  is_error?: boolean;
}

/** The result of a function: a text, a list of contents, or an object. */
export type InputResult = string | InputContent[] | object;

/** The call of a tool of the server. */
interface InputToolCall<Type extends string> {
  type: Type;
  id: string;
  arguments: { code?: string; language?: string; queries?: string[]; urls?: string[] };
  signature?: string;
}

interface McpTool {
  name: string;
  server_name: string;
}

/** The result of a tool of the server. */
interface InputToolResult<Type extends string> {
  type: Type;
  call_id: string;
  is_error?: boolean;
  signature?: string;
}
