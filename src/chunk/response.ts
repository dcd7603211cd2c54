import type {
  GeminiGroundingMetadata,
  GeminiLogprobs,
  GeminiSafetyRating,
  GeminiUrlContextMetadata,
} from './responseMetadata.js';

/**
 * The shapes of a response that this library reads: structural, without an import of the SDK, so that the published
 * types are right with any version of the SDK and without the SDK. Other fields are preserved at run time.
 */

/**
 * The common shape of every response of Gemini: the SDK's `GenerateContentResponse` (1.x, 2.x and 3.x), a {@link
 * GeminiChunk} and a {@link ReplySnapshot} are all assignable to it. The readers ({@link textOf} and its siblings)
 * accept this shape.
 *
 * A response keeps its other fields at run time.
 *
 * @public
 */
export interface GeminiResponse {
  /** The alternative answers of the model; most requests have one. */
  readonly candidates?: readonly GeminiCandidate[] | undefined;
  /** The token counts: running totals, so that the latest report is valid. */
  readonly usageMetadata?: GeminiUsage | undefined;
  /** The server's feedback on the prompt, with the reason for which the prompt was blocked, if any. */
  readonly promptFeedback?: GeminiPromptFeedback | undefined;
  /** The version of the model that answers, e.g. `gemini-2.5-flash`. */
  readonly modelVersion?: string | undefined;
  /** The server's id of this response, equal in every chunk of one request. */
  readonly responseId?: string | undefined;
  /** The time at which the server accepted the request, in RFC 3339 (Vertex AI). */
  readonly createTime?: string | undefined;
}

/**
 * The finish reason of a candidate: a known reason of the service, or any other string, because the service adds new
 * reasons.
 *
 * @public
 */
export type GeminiFinishReason =
  | 'STOP'
  | 'MAX_TOKENS'
  | 'SAFETY'
  | 'RECITATION'
  | 'LANGUAGE'
  | 'OTHER'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'SPII'
  | 'MALFORMED_FUNCTION_CALL'
  | 'MALFORMED_RESPONSE'
  | 'UNEXPECTED_TOOL_CALL'
  | 'TOO_MANY_TOOL_CALLS'
  | 'MISSING_THOUGHT_SIGNATURE'
  | 'IMAGE_SAFETY'
  | 'IMAGE_PROHIBITED_CONTENT'
  | 'IMAGE_RECITATION'
  | 'IMAGE_OTHER'
  | 'NO_IMAGE'
  | 'MODEL_ARMOR'
  | 'ESCALATION'
  | 'PUP_LIMITED_DISABLED'
  | 'CONTINUATION'
  | (string & {});

/** The reason for which a prompt was blocked: a known one, or any other string. @public */
export type GeminiBlockReason =
  | 'SAFETY'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'IMAGE_SAFETY'
  | 'MODEL_ARMOR'
  | 'JAILBREAK'
  | 'OTHER'
  | (string & {});

/** One of the alternative answers to a request, or a piece of it. @public */
export interface GeminiCandidate {
  /** The index of the alternative; its position in the list, if the server sends no index. */
  readonly index?: number | undefined;
  /** The content of this piece. */
  readonly content?: GeminiCandidateContent | undefined;
  /** The reason for which the model stopped, in the last piece: `STOP`, `MAX_TOKENS`, `SAFETY`, … */
  readonly finishReason?: GeminiFinishReason | undefined;
  /** The finish reason in words, if the server sends it. */
  readonly finishMessage?: string | undefined;
  /** The sources that the answer quotes. */
  readonly citationMetadata?: GeminiCitationMetadata | undefined;
  /** The search results and the passages that they support; the server resends the whole list so far. */
  readonly groundingMetadata?: GeminiGroundingMetadata | undefined;
  /** The pages that the model read; the server resends the whole list so far. */
  readonly urlContextMetadata?: GeminiUrlContextMetadata | undefined;
  /** The safety ratings of the answer; the latest ratings are valid. */
  readonly safetyRatings?: readonly GeminiSafetyRating[] | undefined;
  /** The average log probability of the tokens. */
  readonly avgLogprobs?: number | undefined;
  /** The log probabilities of the tokens, in order. */
  readonly logprobsResult?: GeminiLogprobs | undefined;
}

/** The content of a candidate in one piece. @public */
export interface GeminiCandidateContent {
  /** The author: `model`, or `user` for the tool responses that automatic function calling inserts. */
  readonly role?: string | undefined;
  /** The parts, in order. */
  readonly parts?: readonly GeminiPart[] | undefined;
}

/** One part of a content: text, a thought, a call, a response, data, code or its result. @public */
export interface GeminiPart {
  /** The text of the answer, or of a thought if `thought` is set. */
  readonly text?: string | undefined;
  /** Whether `text` is a summary of the model's thoughts. */
  readonly thought?: boolean | undefined;
  /** An opaque signature, which must be sent back to the model with this part. */
  readonly thoughtSignature?: string | undefined;
  /** The base64 bytes of an image, audio, … */
  readonly inlineData?: { readonly data?: string | undefined; readonly mimeType?: string | undefined } | undefined;
  /** A file by its URI. */
  readonly fileData?: { readonly fileUri?: string | undefined; readonly mimeType?: string | undefined } | undefined;
  /** A function call of the model, whole or in pieces. */
  readonly functionCall?: GeminiPartialFunctionCall | undefined;
  /** The response of a tool. */
  readonly functionResponse?: GeminiFunctionResponse | undefined;
  /** The code that the model runs on the server. */
  readonly executableCode?: { readonly code?: string | undefined; readonly language?: string | undefined } | undefined;
  /** The output of that code. */
  readonly codeExecutionResult?:
    { readonly outcome?: string | undefined; readonly output?: string | undefined } | undefined;
  /** The call of a tool that the server runs: the search, the maps, an MCP server. */
  readonly toolCall?: GeminiToolCall | undefined;
  /** The response of a tool that the server ran. */
  readonly toolResponse?: GeminiToolResponse | undefined;
}

/** The call of a tool that the server runs; nobody else answers it. @public */
export interface GeminiToolCall {
  /** The id of the call. */
  readonly id?: string | undefined;
  /** The tool: `GOOGLE_SEARCH_WEB`, `URL_CONTEXT`, `GOOGLE_MAPS`, `FILE_SEARCH`, `MCP_SERVER_TOOL`, … */
  readonly toolType?: string | undefined;
  /** The arguments. */
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  /** The name of the tool, with an MCP server. */
  readonly name?: string | undefined;
  /** The name of the MCP server. */
  readonly serverName?: string | undefined;
}

/** The response of a tool that the server ran. @public */
export interface GeminiToolResponse {
  /** The id of the call. */
  readonly id?: string | undefined;
  /** The tool, as in its call. */
  readonly toolType?: string | undefined;
  /** The result, as an object. */
  readonly response?: Readonly<Record<string, unknown>> | undefined;
  /** The name of the tool, with an MCP server. */
  readonly name?: string | undefined;
  /** The name of the MCP server. */
  readonly serverName?: string | undefined;
}

/**
 * A function call as the server sends it: whole (`name`, `args`) or in pieces (`partialArgs`, `willContinue`).
 *
 * @public
 */
export interface GeminiPartialFunctionCall {
  /** The id of the call, to be repeated in its response. */
  readonly id?: string | undefined;
  /** The name of the function; only the first piece has it. */
  readonly name?: string | undefined;
  /** The arguments, once the call is whole. */
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  /** The pieces of the arguments, until the closing piece has been merged. */
  readonly partialArgs?: readonly GeminiPartialArg[] | undefined;
  /** Whether more pieces of this call follow. */
  readonly willContinue?: boolean | undefined;
}

/** One piece of the arguments of a streamed function call. @public */
export interface GeminiPartialArg {
  /** The place of the value in the arguments, a path of RFC 9535: `$.city`, `$.days[0]`. */
  readonly jsonPath?: string | undefined;
  /** A string value, or a piece of it. */
  readonly stringValue?: string | undefined;
  /** A number value. */
  readonly numberValue?: number | undefined;
  /** A boolean value. */
  readonly boolValue?: boolean | undefined;
  /** The null value. */
  readonly nullValue?: 'NULL_VALUE' | null | undefined;
  /** Whether more pieces of this string follow. */
  readonly willContinue?: boolean | undefined;
}

/** The response of a tool to a call. @public */
export interface GeminiFunctionResponse {
  /** The id of the call. */
  readonly id?: string | undefined;
  /** The name of the function. */
  readonly name?: string | undefined;
  /** The result, as an object. */
  readonly response?: Readonly<Record<string, unknown>> | undefined;
  /** The pictures and files of the result. */
  readonly parts?: readonly ToolMedia[] | undefined;
}

/** A picture or a file that a tool returned: the SDK's `FunctionResponsePart`. @public */
export interface ToolMedia {
  /** The base64 bytes of an image, audio, a PDF, … */
  readonly inlineData?: GeminiPart['inlineData'];
  /** A file by its URI. */
  readonly fileData?: GeminiPart['fileData'];
}

/** The sources that an answer quotes. @public */
export interface GeminiCitationMetadata {
  /** The sources, in the order of the answer. */
  readonly citations?: readonly GeminiCitation[] | undefined;
}

/** One source that an answer quotes. @public */
export interface GeminiCitation {
  /** The start of the quotation, in the server's own units. */
  readonly startIndex?: number | undefined;
  /** The end of the quotation, exclusive. */
  readonly endIndex?: number | undefined;
  /** The URL of the source. */
  readonly uri?: string | undefined;
  /** The title of the source. */
  readonly title?: string | undefined;
  /** The licence of the source. */
  readonly license?: string | undefined;
}

/** The token counts of a reply: running totals, so that the latest report is valid. @public */
export interface GeminiUsage {
  /** The tokens of the prompt, including cached tokens. */
  readonly promptTokenCount?: number | undefined;
  /** The tokens of all answers. */
  readonly candidatesTokenCount?: number | undefined;
  /** The tokens of the thoughts. */
  readonly thoughtsTokenCount?: number | undefined;
  /** The tokens of the prompt that came from a cache. */
  readonly cachedContentTokenCount?: number | undefined;
  /** The tokens of the results of tools. */
  readonly toolUsePromptTokenCount?: number | undefined;
  /** The sum of all these tokens. */
  readonly totalTokenCount?: number | undefined;
}

/** The feedback of the server on the prompt. @public */
export interface GeminiPromptFeedback {
  /** The reason for which the prompt was blocked; absent if the prompt was not blocked. */
  readonly blockReason?: GeminiBlockReason | undefined;
  /** The block reason in words (Vertex AI). */
  readonly blockReasonMessage?: string | undefined;
  /** The safety ratings of the prompt. */
  readonly safetyRatings?: readonly GeminiSafetyRating[] | undefined;
}
