import type { UIMessage } from 'ai';
import type { UiErrorData, UiMessageMetadata, UiQueuedData, UiResumedData, UiRetryingData } from 'rxjs-gemini/ai-sdk';

/** The metadata of a message, with the finish reason that the route adds. */
export type ChatMetadata = UiMessageMetadata & { readonly finishReason?: string };

/** The data parts that the route sends. */
export type ChatData = {
  error: UiErrorData;
  queued: UiQueuedData;
  retrying: UiRetryingData;
  resumed: UiResumedData;
};

/** A message of `useChat`, with the metadata and the data of the route. */
export type ChatMessage = UIMessage<ChatMetadata, ChatData>;
