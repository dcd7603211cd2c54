export type { GeminiContent, GeminiContentPart } from './chunk/contentsOf.js';
export { contentsFromUiMessages } from './sinks/aiSdk/contentsFromUiMessages.js';
export type { UiMessage, UiMessagePart } from './sinks/aiSdk/uiMessage.js';
export type {
  UiErrorData,
  UiFinishReason,
  UiGoogleMetadata,
  UiMessageChunk,
  UiMessageMetadata,
  UiMessageUsage,
  UiQueuedData,
  UiResumedData,
  UiRetryingData,
} from './sinks/aiSdk/uiMessageChunk.js';
export { uiMessageStream, type UiMessageStreamOptions } from './sinks/aiSdk/uiMessageStream.js';
