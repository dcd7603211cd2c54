/**
 * The shapes of the metadata beside the content of a candidate: grounding, ratings, pages, log probabilities.
 * Structural, like the shapes of `response.ts`.
 */

/** The search results, and the passages of the answer that they support. @public */
export interface GeminiGroundingMetadata {
  /** The search results. */
  readonly groundingChunks?: readonly GeminiGroundingChunk[] | undefined;
  /** The passages of the answer, each with its results. */
  readonly groundingSupports?: readonly GeminiGroundingSupport[] | undefined;
  /** The queries of the web search. */
  readonly webSearchQueries?: readonly string[] | undefined;
  /** The queries of the image search. */
  readonly imageSearchQueries?: readonly string[] | undefined;
  /** The queries of a retrieval. */
  readonly retrievalQueries?: readonly string[] | undefined;
  /** The search suggestions, which Google's terms require to be shown. */
  readonly searchEntryPoint?:
    | {
        /** The HTML of the suggestions, to be shown unchanged. */
        readonly renderedContent?: string | undefined;
        /** The pairs of terms and URLs, as base64 JSON. */
        readonly sdkBlob?: string | undefined;
      }
    | undefined;
  /** The facts about the retrieval. */
  readonly retrievalMetadata?:
    | {
        /** The probability, 0 to 1, that a search helps with this prompt. */
        readonly googleSearchDynamicRetrievalScore?: number | undefined;
      }
    | undefined;
  /** The token for a widget of Google Maps. */
  readonly googleMapsWidgetContextToken?: string | undefined;
}

/** One search result: of the web, of a retrieval, of Google Maps or of an image search. @public */
export interface GeminiGroundingChunk {
  /** A page of the web. */
  readonly web?:
    | {
        /** The URL of the page. */
        readonly uri?: string | undefined;
        /** The title of the page. */
        readonly title?: string | undefined;
        /** The domain of the original URL of the page. */
        readonly domain?: string | undefined;
      }
    | undefined;
  /** A passage of a document. */
  readonly retrievedContext?:
    | {
        /** The URL of the document. */
        readonly uri?: string | undefined;
        /** The title of the document. */
        readonly title?: string | undefined;
        /** The text of the passage. */
        readonly text?: string | undefined;
        /** The resource name of the document. */
        readonly documentName?: string | undefined;
      }
    | undefined;
  /** A place of Google Maps. */
  readonly maps?:
    | {
        /** The URL of the place on Google Maps. */
        readonly uri?: string | undefined;
        /** The name of the place. */
        readonly title?: string | undefined;
        /** A text about the place. */
        readonly text?: string | undefined;
        /** The id of the place, `places/…`. */
        readonly placeId?: string | undefined;
      }
    | undefined;
  /** An image. */
  readonly image?:
    | {
        /** The URL of the image. */
        readonly imageUri?: string | undefined;
        /** The URL of the page that shows the image. */
        readonly sourceUri?: string | undefined;
        /** The title of that page. */
        readonly title?: string | undefined;
        /** The domain of that page. */
        readonly domain?: string | undefined;
      }
    | undefined;
}

/** A passage of the answer, and the search results that support it. @public */
export interface GeminiGroundingSupport {
  /** The passage. */
  readonly segment?: GeminiGroundingSegment | undefined;
  /** The positions of the results in `groundingChunks`. */
  readonly groundingChunkIndices?: readonly number[] | undefined;
  /** The confidence in each of these results, 0 to 1. */
  readonly confidenceScores?: readonly number[] | undefined;
}

/** A passage of the answer. @public */
export interface GeminiGroundingSegment {
  /** The start of the passage in its part, in bytes of UTF-8. */
  readonly startIndex?: number | undefined;
  /** The end of the passage, exclusive, in bytes of UTF-8. */
  readonly endIndex?: number | undefined;
  /** The position of the part that holds the passage. */
  readonly partIndex?: number | undefined;
  /** The text of the passage. */
  readonly text?: string | undefined;
}

/** A rating of one kind of harm. @public */
export interface GeminiSafetyRating {
  /** The kind of harm: `HARM_CATEGORY_HARASSMENT`, … */
  readonly category?: string | undefined;
  /** The probability: `NEGLIGIBLE`, `LOW`, `MEDIUM` or `HIGH`. */
  readonly probability?: string | undefined;
  /** The probability as a number, 0 to 1 (Vertex AI). */
  readonly probabilityScore?: number | undefined;
  /** The severity: `HARM_SEVERITY_NEGLIGIBLE`, … (Vertex AI). */
  readonly severity?: string | undefined;
  /** The severity as a number, 0 to 1 (Vertex AI). */
  readonly severityScore?: number | undefined;
  /** Whether the prompt or the answer was blocked because of this rating. */
  readonly blocked?: boolean | undefined;
}

/** The pages that the model read. @public */
export interface GeminiUrlContextMetadata {
  /** One entry per page. */
  readonly urlMetadata?:
    | readonly {
        /** The URL of the page. */
        readonly retrievedUrl?: string | undefined;
        /** The outcome of the retrieval: `URL_RETRIEVAL_STATUS_SUCCESS`, `…_ERROR`, `…_PAYWALL`, `…_UNSAFE`. */
        readonly urlRetrievalStatus?: string | undefined;
      }[]
    | undefined;
}

/** The log probabilities of the tokens of an answer. @public */
export interface GeminiLogprobs {
  /** The tokens of the answer, in order. */
  readonly chosenCandidates?: readonly GeminiLogprobsCandidate[] | undefined;
  /** The most probable tokens at each place of the answer. */
  readonly topCandidates?:
    readonly { readonly candidates?: readonly GeminiLogprobsCandidate[] | undefined }[] | undefined;
  /** The sum of the log probabilities of all tokens. */
  readonly logProbabilitySum?: number | undefined;
}

/** A token and its log probability. @public */
export interface GeminiLogprobsCandidate {
  /** The text of the token. */
  readonly token?: string | undefined;
  /** The id of the token. */
  readonly tokenId?: number | undefined;
  /** The log probability of the token. */
  readonly logProbability?: number | undefined;
}
