/**
 * The wire's shapes as far as this library reads them: structural, with no import of the SDK, so that the published
 * types are right with any version of it and without it. Fields that are not declared are kept at run time.
 */

/**
 * The finish reason of a candidate: those that the service is known to send, and any other string, as new ones are
 * added.
 *
 * @public
 */
export type ReplyFinishReason =
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
export type PromptBlockReason =
  | 'SAFETY'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'IMAGE_SAFETY'
  | 'MODEL_ARMOR'
  | 'JAILBREAK'
  | 'OTHER'
  | (string & {});

/** One alternative answer. @public */
export interface Candidate {
  /** The index of the alternative; its position, if the wire has no index. */
  readonly index?: number | undefined;
  /** The content of this piece. */
  readonly content?: CandidateContent | undefined;
  /** Why the model stopped, in the last piece: `STOP`, `MAX_TOKENS`, `SAFETY`, … */
  readonly finishReason?: ReplyFinishReason | undefined;
  /** The reason in words, where the server gives one. */
  readonly finishMessage?: string | undefined;
  /** Sources that the answer quotes. */
  readonly citationMetadata?: CitationMetadata | undefined;
  /** Search results and where they support the answer; the server resends what it accumulated. */
  readonly groundingMetadata?: GroundingMetadata | undefined;
  /** The pages that the model read; the server resends what it accumulated. */
  readonly urlContextMetadata?: UrlContextMetadata | undefined;
  /** The safety ratings of the answer; the latest count. */
  readonly safetyRatings?: readonly SafetyRating[] | undefined;
  /** The average log probability. */
  readonly avgLogprobs?: number | undefined;
  /** Log probabilities of the tokens, in order. */
  readonly logprobsResult?: LogprobsResult | undefined;
}

/** The content of a candidate in one piece. @public */
export interface CandidateContent {
  /** `model`, or `user` for the tool responses that automatic function calling inserts. */
  readonly role?: string | undefined;
  /** Its parts, in order. */
  readonly parts?: readonly Part[] | undefined;
}

/** One part of a content: text, a thought, a call, a response, data, code or its result. @public */
export interface Part {
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
  readonly functionCall?: FunctionCallPiece | undefined;
  /** The response of a tool. */
  readonly functionResponse?: FunctionResponsePiece | undefined;
  /** Code that the model runs on the server. */
  readonly executableCode?: { readonly code?: string | undefined; readonly language?: string | undefined } | undefined;
  /** The output of that code. */
  readonly codeExecutionResult?:
    { readonly outcome?: string | undefined; readonly output?: string | undefined } | undefined;
}

/** A function call as the wire has it: whole (`name`, `args`) or in pieces (`partialArgs`, `willContinue`). @public */
export interface FunctionCallPiece {
  /** The call's id, to be repeated in its response. */
  readonly id?: string | undefined;
  /** The function's name; only the first piece has it. */
  readonly name?: string | undefined;
  /** The arguments, once they are whole. */
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  /** Arguments in pieces, until the closing piece has merged. */
  readonly partialArgs?: readonly PartialArg[] | undefined;
  /** Whether more pieces of this call follow. */
  readonly willContinue?: boolean | undefined;
}

/** One piece of a streamed function call's arguments. @public */
export interface PartialArg {
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
export interface FunctionResponsePiece {
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
  readonly inlineData?: Part['inlineData'];
  /** A file by its URI. */
  readonly fileData?: Part['fileData'];
}

/** Sources that an answer quotes. @public */
export interface CitationMetadata {
  /** The sources, in the order of the answer. */
  readonly citations?: readonly Citation[] | undefined;
}

/** One source that an answer quotes. @public */
export interface Citation {
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

/** Search results, and the passages of the answer that they support. @public */
export interface GroundingMetadata {
  /** The results. */
  readonly groundingChunks?: readonly GroundingChunk[] | undefined;
  /** The passages, each with its results. */
  readonly groundingSupports?: readonly GroundingSupport[] | undefined;
  /** The queries of the web search. */
  readonly webSearchQueries?: readonly string[] | undefined;
  /** The queries of the image search. */
  readonly imageSearchQueries?: readonly string[] | undefined;
  /** The queries of a retrieval. */
  readonly retrievalQueries?: readonly string[] | undefined;
  /** The search suggestions, which Google's terms ask to be shown. */
  readonly searchEntryPoint?:
    | {
        /** HTML to be shown as it is. */
        readonly renderedContent?: string | undefined;
        /** Pairs of terms and addresses, base64 JSON. */
        readonly sdkBlob?: string | undefined;
      }
    | undefined;
  /** Facts about the retrieval. */
  readonly retrievalMetadata?:
    | {
        /** The probability, 0 to 1, that a search helps with this prompt. */
        readonly googleSearchDynamicRetrievalScore?: number | undefined;
      }
    | undefined;
  /** A token for a widget of Google Maps. */
  readonly googleMapsWidgetContextToken?: string | undefined;
}

/** One search result: of the web, of a retrieval, of Google Maps or of an image search. @public */
export interface GroundingChunk {
  /** A page of the web. */
  readonly web?:
    | {
        /** Its address. */
        readonly uri?: string | undefined;
        /** Its title. */
        readonly title?: string | undefined;
        /** The domain of its original address. */
        readonly domain?: string | undefined;
      }
    | undefined;
  /** A passage of a document. */
  readonly retrievedContext?:
    | {
        /** The address of the document. */
        readonly uri?: string | undefined;
        /** The title of the document. */
        readonly title?: string | undefined;
        /** The passage. */
        readonly text?: string | undefined;
        /** The resource name of the document. */
        readonly documentName?: string | undefined;
      }
    | undefined;
  /** A place. */
  readonly maps?:
    | {
        /** Its address on Google Maps. */
        readonly uri?: string | undefined;
        /** Its name. */
        readonly title?: string | undefined;
        /** A text about it. */
        readonly text?: string | undefined;
        /** Its id, `places/…`. */
        readonly placeId?: string | undefined;
      }
    | undefined;
  /** An image. */
  readonly image?:
    | {
        /** The address of the image. */
        readonly imageUri?: string | undefined;
        /** The address of the page that shows it. */
        readonly sourceUri?: string | undefined;
        /** The title of that page. */
        readonly title?: string | undefined;
        /** The domain of that page. */
        readonly domain?: string | undefined;
      }
    | undefined;
}

/** A passage of the answer, and the search results that support it. @public */
export interface GroundingSupport {
  /** The passage. */
  readonly segment?: GroundingSegment | undefined;
  /** Positions in `groundingChunks`. */
  readonly groundingChunkIndices?: readonly number[] | undefined;
  /** Confidence in each of these results, 0 to 1. */
  readonly confidenceScores?: readonly number[] | undefined;
}

/** A passage of the answer. @public */
export interface GroundingSegment {
  /** Start of the passage in its part, in bytes of UTF-8. */
  readonly startIndex?: number | undefined;
  /** End of the passage, exclusive, in bytes of UTF-8. */
  readonly endIndex?: number | undefined;
  /** The position of its part. */
  readonly partIndex?: number | undefined;
  /** Its text. */
  readonly text?: string | undefined;
}

/** A rating of one kind of harm. @public */
export interface SafetyRating {
  /** The kind: `HARM_CATEGORY_HARASSMENT`, … */
  readonly category?: string | undefined;
  /** The probability: `NEGLIGIBLE`, `LOW`, `MEDIUM` or `HIGH`. */
  readonly probability?: string | undefined;
  /** The probability as a number, 0 to 1 (Vertex AI). */
  readonly probabilityScore?: number | undefined;
  /** The severity: `HARM_SEVERITY_NEGLIGIBLE`, … (Vertex AI). */
  readonly severity?: string | undefined;
  /** The severity as a number, 0 to 1 (Vertex AI). */
  readonly severityScore?: number | undefined;
  /** Whether the prompt or the answer was blocked because of it. */
  readonly blocked?: boolean | undefined;
}

/** The pages that the model read. @public */
export interface UrlContextMetadata {
  /** One entry a page. */
  readonly urlMetadata?:
    | readonly {
        /** The address. */
        readonly retrievedUrl?: string | undefined;
        /** The outcome: `URL_RETRIEVAL_STATUS_SUCCESS`, `…_ERROR`, `…_PAYWALL`, `…_UNSAFE`. */
        readonly urlRetrievalStatus?: string | undefined;
      }[]
    | undefined;
}

/** Log probabilities of the tokens of an answer. @public */
export interface LogprobsResult {
  /** The tokens of the answer, in order. */
  readonly chosenCandidates?: readonly LogprobsCandidate[] | undefined;
  /** For each token of the answer, the most probable ones. */
  readonly topCandidates?: readonly { readonly candidates?: readonly LogprobsCandidate[] | undefined }[] | undefined;
  /** The sum of the log probabilities of all tokens. */
  readonly logProbabilitySum?: number | undefined;
}

/** A token and its log probability. @public */
export interface LogprobsCandidate {
  /** The token. */
  readonly token?: string | undefined;
  /** The id of the token. */
  readonly tokenId?: number | undefined;
  /** Its log probability. */
  readonly logProbability?: number | undefined;
}

/** Token counts; running totals, so the latest counts. @public */
export interface UsageMetadata {
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
export interface PromptFeedback {
  /** Why the prompt was blocked; absent if it was not. */
  readonly blockReason?: PromptBlockReason | undefined;
  /** The reason in words (Vertex AI). */
  readonly blockReasonMessage?: string | undefined;
  /** The safety ratings of the prompt. */
  readonly safetyRatings?: readonly SafetyRating[] | undefined;
}
