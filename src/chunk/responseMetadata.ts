/**
 * The shapes of the metadata beside a candidate's content, as the SDK names them: grounding, ratings, pages, log
 * probabilities. Structural, like those of the wire.
 */

/** Search results, and the passages of the answer that they support. @public */
export interface GeminiGroundingMetadata {
  /** The results. */
  readonly groundingChunks?: readonly GeminiGroundingChunk[] | undefined;
  /** The passages, each with its results. */
  readonly groundingSupports?: readonly GeminiGroundingSupport[] | undefined;
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
export interface GeminiGroundingChunk {
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
export interface GeminiGroundingSupport {
  /** The passage. */
  readonly segment?: GeminiGroundingSegment | undefined;
  /** Positions in `groundingChunks`. */
  readonly groundingChunkIndices?: readonly number[] | undefined;
  /** Confidence in each of these results, 0 to 1. */
  readonly confidenceScores?: readonly number[] | undefined;
}

/** A passage of the answer. @public */
export interface GeminiGroundingSegment {
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
export interface GeminiSafetyRating {
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
export interface GeminiUrlContextMetadata {
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
export interface GeminiLogprobs {
  /** The tokens of the answer, in order. */
  readonly chosenCandidates?: readonly GeminiLogprobsCandidate[] | undefined;
  /** For each token of the answer, the most probable ones. */
  readonly topCandidates?:
    readonly { readonly candidates?: readonly GeminiLogprobsCandidate[] | undefined }[] | undefined;
  /** The sum of the log probabilities of all tokens. */
  readonly logProbabilitySum?: number | undefined;
}

/** A token and its log probability. @public */
export interface GeminiLogprobsCandidate {
  /** The token. */
  readonly token?: string | undefined;
  /** The id of the token. */
  readonly tokenId?: number | undefined;
  /** Its log probability. */
  readonly logProbability?: number | undefined;
}
