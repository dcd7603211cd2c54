export { accumulate } from '../operators/show/accumulate.js';
export { bufferChunks, type BufferChunksOptions } from '../operators/show/bufferChunks.js';
export { classifyErrors, type ClassifyErrorsOptions } from '../operators/protect/classifyErrors.js';
export { closeMarkdown } from '../operators/show/closeMarkdown.js';
export { coalesceMap } from '../operators/share/coalesceMap.js';
export { costOf } from '../operators/measure/costOf.js';
export { finalResponse } from '../operators/show/finalResponse.js';
export { inspectReply, type InspectReplyOptions } from '../operators/measure/inspectReply.js';
export type { PricePerMillion } from '../operators/measure/pricePerMillion.js';
export { mapInOrder, type MapInOrderOptions } from '../operators/shape/mapInOrder.js';
export { record, type RecordOptions, type RecordWritable } from './recording/record.js';
export { renderEvery, type RenderEveryOptions } from '../operators/show/renderEvery.js';
export { protectReply, type ProtectReplyCancel, type ProtectReplyOptions } from '../operators/protect/protectReply.js';
export { resumeOnDrop, type ResumeOnDropOptions } from '../operators/protect/resumeOnDrop.js';
export { retryTransient, type RetryInfo, type RetryTransientOptions } from '../operators/protect/retryTransient.js';
export { shareReply, type ShareReplyOptions } from '../operators/share/shareReply.js';
export { smoothText, type SmoothTextOptions } from '../operators/show/smoothText.js';
export { stopWhen, type StopPredicate, type StopWhenOptions } from '../operators/protect/stopWhen.js';
export { takeUntilCancel, type TakeUntilCancelOptions } from '../operators/protect/takeUntilCancel.js';
export { timeoutReply, type TimeoutReplyOptions } from '../operators/protect/timeoutReply.js';
export { toEvents, type ReplyEvent } from '../operators/show/toEvents.js';
export { toParts } from '../operators/show/toParts.js';
export { toReplyState, type ReplyState, type ReplyStateFields } from '../operators/show/toReplyState.js';
export { toText } from '../operators/show/toText.js';
export { withCost, type WithCostOptions } from '../operators/measure/withCost.js';
export { withMetrics, type ReplyReport, type WithMetricsOptions } from '../operators/measure/withMetrics.js';
export { withProgress, type WithProgressOptions } from '../operators/show/withProgress.js';
export {
  answerContents,
  type AnswerContentsOptions,
  type AnswerContentsSettings,
  type AnswerContentsSourceOptions,
} from './chat/answerContents.js';
export type { GeminiChat } from './chat/geminiChat.js';
export type { ChatClient } from './chat/chatClient.js';
export type { ChatJson, ChatMessageJson } from './chat/chatJson.js';
export type { ChatConfig, ChatOptions, ChatSettings, ChatSourceOptions } from './chat/chatOptions.js';
export type {
  ChatRequest,
  ChatSource,
  DeclaredFunction,
  DeclaredTools,
  PreviousInteraction,
} from './chat/chatSource.js';
export type { ChatStatus } from './chat/chatState.js';
export type { CallableTools, ChatTool, ChatTools, ToolDeclaration } from './chat/chatTools.js';
export { answerCalls, type AnswerCallsOptions } from './chat/answerCalls.js';
export { declareTools } from './chat/declareTools.js';
export { createChat } from './chat/createChat.js';
export type { ChatInput } from './chat/chatInput.js';
export { interactions, type InteractionChatParams } from './chat/interactions.js';
export type { ChatWindow } from './chat/contextWindow.js';
export { readChatRequest, type CheckedChatRequest, type ReadChatRequestOptions } from './chat/readChatRequest.js';
export { readJsonText, type NodeRequest, type ReadJsonTextOptions, type WebRequest } from './chat/readJsonText.js';
export type { ChatRequestLimits } from './chat/requestLimits.js';
export type { ToolLoopSettings } from './chat/toolLoopSettings.js';
export type {
  CancelledChatMessage,
  CompleteChatMessage,
  FailedChatMessage,
  OpenChatMessage,
  ChatMessage,
  ChatMessageFields,
  MessageInteraction,
} from './chat/chatMessage.js';
export type {
  Cancelled,
  Heard,
  EndedToolRun,
  OpenToolRun,
  Queued,
  ReplyCost,
  ReplyInteraction,
  ReplyMetrics,
  ReplyProgress,
  Resumed,
  Retrying,
  Stopped,
  ToolRun,
  ToolRunFields,
  WithCost,
  WithMetrics,
  WithProgress,
} from './chunk/annotations.js';
export { ChunkBuilder } from './chunk/chunkBuilder.js';
export { contentsOf, type GeminiContent, type GeminiContentPart } from './chunk/contentsOf.js';
export { emptyChunk } from './chunk/emptyChunk.js';
export { functionCallsOf, type GeminiFunctionCall } from './chunk/functionCallsOf.js';
export type { GeminiChunk, ReplySnapshot } from './chunk/geminiChunk.js';
export type {
  GeminiResponse,
  GeminiCandidate,
  GeminiCandidateContent,
  GeminiCitation,
  GeminiCitationMetadata,
  GeminiPartialFunctionCall,
  GeminiFunctionResponse,
  GeminiPartialArg,
  GeminiPart,
  GeminiBlockReason,
  GeminiPromptFeedback,
  GeminiFinishReason,
  GeminiToolCall,
  GeminiToolResponse,
  ToolMedia,
  GeminiUsage,
} from './chunk/response.js';
export { hasContent } from './chunk/hasContent.js';
export { isNotice } from './chunk/isNotice.js';
export type { AnnotationName, ReplyAnnotations } from './chunk/replyAnnotations.js';
export type { ReplyOutcome, ReplyStatus } from './chunk/replyStatus.js';
export { mergeChunks } from './chunk/mergeChunks.js';
export { citationsOf, finishReasonOf, partsOf, textOf, thoughtsOf, usageOf } from './chunk/readers.js';
export type { CitationPart, FinishPart, ReplyPartFields, ReplyPart } from './chunk/replyPart.js';
export { citedText } from './chunk/citedText.js';
export { sourcesOf, type ReplySource, type ReplySourceFields } from './chunk/sourcesOf.js';
export { toChunk } from './chunk/toChunk.js';
export type {
  GeminiGroundingChunk,
  GeminiGroundingMetadata,
  GeminiGroundingSegment,
  GeminiGroundingSupport,
  GeminiLogprobsCandidate,
  GeminiLogprobs,
  GeminiSafetyRating,
  GeminiUrlContextMetadata,
} from './chunk/responseMetadata.js';
export { fallback, type FallbackOptions } from '../operators/protect/fallback.js';
export { hedge, type HedgeOptions } from '../operators/protect/hedge.js';
export {
  createReplies,
  type CreateRepliesOptions,
  type FollowReplyOptions,
  type Replies,
  type ReplyOwner,
  type RunningReply,
  type StopReplyOptions,
} from './replies/createReplies.js';
export {
  createRateLimiter,
  type LimitOptions,
  type RateLimiter,
  type RateLimiterOptions,
  type RateLimits,
} from '../operators/protect/createRateLimiter.js';
export type {
  RateLimitQueue,
  RateLimitSettings,
  RateLimitStore,
  RateLimitTicket,
} from '../operators/protect/rateLimitStore.js';
export type { CheckedLimits } from '../operators/protect/sharedLimits.js';
export { GeminiError, isGeminiError, type GeminiErrorInit, type GeminiErrorJson } from './errors/geminiError.js';
export { httpStatusOf } from './errors/httpStatusOf.js';
export type { GeminiErrorKind, OverflowLimit } from './errors/kinds.js';
export { publicError, type PublicError } from './errors/publicError.js';
export { toGeminiError, type ToGeminiErrorContext } from './errors/toGeminiError.js';
export type {
  InteractionFileType,
  InteractionInputContent,
  InteractionInputFile,
  InteractionInputFunctionCall,
  InteractionInputFunctionResult,
  InteractionInputResult,
  InteractionInputStep,
  InteractionInputText,
  InteractionInputToolCall,
  InteractionInputToolResult,
  InteractionMcpTool,
} from './interaction/inputStep.js';
export type {
  InteractionCompletedEvent,
  InteractionCreatedEvent,
  InteractionDelta,
  InteractionErrorEvent,
  InteractionEvent,
  InteractionEventFields,
  InteractionResource,
  InteractionStatus,
  InteractionStatusEvent,
  InteractionStepDeltaEvent,
  InteractionStepStartEvent,
  InteractionStepStopEvent,
  InteractionUsage,
  ModalityTokens,
} from './interaction/interactionEvent.js';
export type {
  InteractionAnnotation,
  InteractionContent,
  InteractionStep,
  InteractionStepType,
} from './interaction/interactionStep.js';
export type { DeliveryOptions } from './sinks/delivery.js';
export type { WaitForFirstOptions } from './sinks/firstContent.js';
export type { ReplyEncoder, ReplyFormat } from './sinks/replyFormat.js';
export { pipeToServerResponse, type PipeToServerResponseOptions } from './sinks/pipeToServerResponse.js';
export type { ReplyFormatOptions, ReplySseOptions } from './sinks/sendEvents.js';
export type { ServerResponseLike, ServerSocketLike, ServerStreamLike } from './sinks/serverResponseLike.js';
export { serveWebSocket, type ServeWebSocketOptions } from './sinks/serveWebSocket.js';
export type { FormatSseMessage, ReplySseMessage } from './sinks/sseMessage.js';
export type { StallOptions } from './sinks/stallLimit.js';
export type {
  ReplyStream,
  ReplyStreamDestination,
  ReplyStreamIterator,
  ReplyStreamPipeOptions,
  ReplyStreamReader,
} from './sinks/replyStream.js';
export { toAsyncIterable, type ToAsyncIterableOptions, type ToTextIterableOptions } from './sinks/toAsyncIterable.js';
export { toReadableStream } from './sinks/toReadableStream.js';
export { toFormat } from './sinks/toFormat.js';
export { toSse } from './sinks/toSse.js';
export { toSseResponse, type RequestLike, type ToSseResponseOptions } from './sinks/toSseResponse.js';
export { toSseText } from './sinks/toSseText.js';
export { toWebSocket, type ToWebSocketOptions } from './sinks/toWebSocket.js';
export type { WebSocketLike } from './rx/webSocketLike.js';
export type { ReplySocketOptions } from './sinks/webSocketWriter.js';
export type { GeneratingClient, StreamingClient } from './sources/client.js';
export { continueFrom, type ContinuedParams, type ContinueFromOptions } from './sources/continueFrom.js';
export { fromGemini, type FromGeminiOptions } from './sources/fromGemini.js';
export { fromGenerate } from './sources/fromGenerate.js';
export { fromInteraction } from './sources/interactions/fromInteraction.js';
export { fromSse, type FromSseOptions } from './sources/fromSse.js';
export { fromStream } from './sources/fromStream.js';
export type { RecordedExchange } from './recording/playExchange.js';
export type { RecordingText } from './recording/recordingText.js';
export { replay, type RecordedExchanges, type ReplayOptions, type ReplaySource } from './recording/replay.js';
export { interactionEvents } from './sources/interactions/interactionEvents.js';
export type { ContinuationOption, ExistingInteraction } from './sources/interactions/interactionParams.js';
export type { FromInteractionOptions, InteractionReconnectOptions } from './sources/interactions/interactionReply.js';
export type { InteractionsClient } from './sources/interactions/interactionsClient.js';
export type {
  LiveBlob,
  LiveClientContent,
  LiveFunctionResponse,
  LiveInput,
  LiveRealtimeInput,
} from './live/liveInput.js';
export type {
  LiveFunctionCall,
  LiveMessage,
  LiveSeam,
  LiveServerContent,
  LiveTranscription,
  LiveUsage,
} from './live/liveMessage.js';
export { fromLive, type FromLiveOptions, type LiveReconnectOptions } from './sources/live/fromLive.js';
export type { LiveClient, LiveParams } from './sources/live/liveClient.js';
export type { LiveInputSource } from './sources/live/sendAll.js';
export { toTurns, type ToTurnsOptions } from './sources/live/toTurns.js';
export type { OpenSocketOptions, WebSocketTarget } from './sources/openWebSocket.js';
export type { ReconnectOptions } from './sources/reconnectReply.js';
export type { FromSseInit } from './sources/sseRequest.js';
export { webSocketReplies, type WebSocketRepliesOptions } from './sources/webSocketReplies.js';
