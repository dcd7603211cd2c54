import type {
  GeminiGroundingMetadata,
  GeminiLogprobs,
  GeminiSafetyRating,
  GeminiUrlContextMetadata,
} from './responseMetadata.js';

/**
 * The wire's shapes as far as this library reads them: structural, with no import of the SDK, so that the published
 * types are right with any version of it and without it. Fields that are not declared are kept at run time.
 */

/**
 * The common shape of every response of Gemini: the SDK's `GenerateContentResponse` (1.x, 2.x and 3.x), a
 * {@link GeminiChunk} and a {@link ReplySnapshot} are all assignable to it. The readers ({@link textOf} and its
 * siblings) take it.
 *
 * Fields that are not declared here are kept at run time.
 *
 * @public
 */
export interface GeminiResponse {
  /** The alternatives that the model is writing; most requests have one. */
  readonly candidates?: readonly GeminiCandidate[] | undefined;
  /** Token counts: running totals, the latest counts. */
  readonly usageMetadata?: GeminiUsage | undefined;
  /** Why the prompt was blocked, if it was. */
  readonly promptFeedback?: GeminiPromptFeedback | undefined;
  /** The version of the model that answers, e.g. `gemini-2.5-flash`. */
  readonly modelVersion?: string | undefined;
  /** The server's name for this response; the same in every chunk of one request. */
  readonly responseId?: string | undefined;
  /** When the server took the request, RFC 3339 (Vertex AI). */
  readonly createTime?: string | undefined;
}

/**
 * The finish reason of a candidate: those that the service is known to send, and any other string, as new ones are
 * added.
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

/** The reason why a prompt was blocked: those that are known, and any other string. @public */
export type GeminiBlockReason =
  | 'SAFETY'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'IMAGE_SAFETY'
  | 'MODEL_ARMOR'
  | 'JAILBREAK'
  | 'OTHER'
  | (string & {});

/** One alternative answer. @public */
export interface GeminiCandidate {
  /** The index of the alternative; its position, if the wire has no index. */
  readonly index?: number | undefined;
  /** The content of this piece. */
  readonly content?: GeminiCandidateContent | undefined;
  /** Why the model stopped, in the last piece: `STOP`, `MAX_TOKENS`, `SAFETY`, … */
  readonly finishReason?: GeminiFinishReason | undefined;
  /** The reason in words, where the server gives one. */
  readonly finishMessage?: string | undefined;
  /** Sources that the answer quotes. */
  readonly citationMetadata?: GeminiCitationMetadata | undefined;
  /** Search results and where they support the answer; the server resends what it accumulated. */
  readonly groundingMetadata?: GeminiGroundingMetadata | undefined;
  /** The pages that the model read; the server resends what it accumulated. */
  readonly urlContextMetadata?: GeminiUrlContextMetadata | undefined;
  /** The safety ratings of the answer; the latest count. */
  readonly safetyRatings?: readonly GeminiSafetyRating[] | undefined;
  /** The average log probability. */
  readonly avgLogprobs?: number | undefined;
  /** Log probabilities of the tokens, in order. */
  readonly logprobsResult?: GeminiLogprobs | undefined;
}

/** The content of a candidate in one piece. @public */
export interface GeminiCandidateContent {
  /** `model`, or `user` for the tool responses that automatic function calling inserts. */
  readonly role?: string | undefined;
  /** Its parts, in order. */
  readonly parts?: readonly GeminiPart[] | undefined;
}

/** One part of a content: text, a thought, a call, a response, data, code or its result. @public */
export interface GeminiPart {
  /** Text of the answer, or of a thought where `thought` is set. */
  readonly text?: string | undefined;
  /** Whether `text` is a summary of the model's thoughts. */
  readonly thought?: boolean | undefined;
  /** An opaque signature that must go back to the model in the same part. */
  readonly thoughtSignature?: string | undefined;
  /** Bytes, base64: an image, audio. */
  readonly inlineData?: { readonly data?: string | undefined; readonly mimeType?: string | undefined } | undefined;
  /** A file by its URI. */
  readonly fileData?: { readonly fileUri?: string | undefined; readonly mimeType?: string | undefined } | undefined;
  /** A call that the model asks for, whole or in pieces. */
  readonly functionCall?: GeminiPartialFunctionCall | undefined;
  /** The response of a tool. */
  readonly functionResponse?: GeminiFunctionResponse | undefined;
  /** Code that the model runs on the server. */
  readonly executableCode?: { readonly code?: string | undefined; readonly language?: string | undefined } | undefined;
  /** The output of that code. */
  readonly codeExecutionResult?:
    { readonly outcome?: string | undefined; readonly output?: string | undefined } | undefined;
}

/** A function call as the wire has it: whole (`name`, `args`) or in pieces (`partialArgs`, `willContinue`). @public */
export interface GeminiPartialFunctionCall {
  /** The call's id, to be repeated in its response. */
  readonly id?: string | undefined;
  /** The function's name; only the first piece has it. */
  readonly name?: string | undefined;
  /** The arguments, once they are whole. */
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  /** Arguments in pieces, until the closing piece has merged. */
  readonly partialArgs?: readonly GeminiPartialArg[] | undefined;
  /** Whether more pieces of this call follow. */
  readonly willContinue?: boolean | undefined;
}

/** One piece of a streamed function call's arguments. @public */
export interface GeminiPartialArg {
  /** The place of the value in the arguments, RFC 9535: `$.city`, `$.days[0]`. */
  readonly jsonPath?: string | undefined;
  /** A string, or a piece of one. */
  readonly stringValue?: string | undefined;
  /** A number. */
  readonly numberValue?: number | undefined;
  /** A boolean. */
  readonly boolValue?: boolean | undefined;
  /** The null value. */
  readonly nullValue?: 'NULL_VALUE' | null | undefined;
  /** Whether more pieces of this string follow. */
  readonly willContinue?: boolean | undefined;
}

/** A tool's answer to a call. @public */
export interface GeminiFunctionResponse {
  /** The id of the call that it answers. */
  readonly id?: string | undefined;
  /** The function's name. */
  readonly name?: string | undefined;
  /** The result, as an object. */
  readonly response?: Readonly<Record<string, unknown>> | undefined;
  /** The pictures and files of the result. */
  readonly parts?: readonly ToolMedia[] | undefined;
}

/** A picture or a file that a tool returned: the SDK's `FunctionResponsePart`. @public */
export interface ToolMedia {
  /** Bytes, base64: an image, audio, a PDF. */
  readonly inlineData?: GeminiPart['inlineData'];
  /** A file by its URI. */
  readonly fileData?: GeminiPart['fileData'];
}

/** Sources that an answer quotes. @public */
export interface GeminiCitationMetadata {
  /** The sources, in the order of the answer. */
  readonly citations?: readonly GeminiCitation[] | undefined;
}

/** One source that an answer quotes. @public */
export interface GeminiCitation {
  /** The start of the quotation, as the server counts. */
  readonly startIndex?: number | undefined;
  /** The end of the quotation, exclusive. */
  readonly endIndex?: number | undefined;
  /** The source's address. */
  readonly uri?: string | undefined;
  /** The source's title. */
  readonly title?: string | undefined;
  /** The source's licence. */
  readonly license?: string | undefined;
}

/** Token counts; running totals, so the latest counts. @public */
export interface GeminiUsage {
  /** Tokens of the prompt, cached ones included. */
  readonly promptTokenCount?: number | undefined;
  /** Tokens of the answers. */
  readonly candidatesTokenCount?: number | undefined;
  /** Tokens of the thoughts. */
  readonly thoughtsTokenCount?: number | undefined;
  /** Tokens of the prompt that came from a cache. */
  readonly cachedContentTokenCount?: number | undefined;
  /** Tokens of what tools returned. */
  readonly toolUsePromptTokenCount?: number | undefined;
  /** All of them. */
  readonly totalTokenCount?: number | undefined;
}

/** The feedback of the server on the prompt. @public */
export interface GeminiPromptFeedback {
  /** Why the prompt was blocked; absent if it was not. */
  readonly blockReason?: GeminiBlockReason | undefined;
  /** The reason in words (Vertex AI). */
  readonly blockReasonMessage?: string | undefined;
  /** The safety ratings of the prompt. */
  readonly safetyRatings?: readonly GeminiSafetyRating[] | undefined;
}
