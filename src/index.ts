export { accumulate } from '../operators/show/accumulate.js';
export { bufferChunks, type BufferChunksOptions } from '../operators/show/bufferChunks.js';
export { classifyErrors, type ClassifyErrorsOptions } from '../operators/protect/classifyErrors.js';
export { coalesceMap } from '../operators/share/coalesceMap.js';
export { finalResponse } from '../operators/show/finalResponse.js';
export { inspect, type InspectOptions } from '../operators/measure/inspect.js';
export { record, type RecordOptions, type RecordWritable } from './recording/record.js';
export { renderEvery, type RenderEveryOptions } from '../operators/show/renderEvery.js';
export { resumeOnDrop, type ResumeOnDropOptions } from '../operators/protect/resumeOnDrop.js';
export { retryTransient, type RetryNotice, type RetryTransientOptions } from '../operators/protect/retryTransient.js';
export { shareReply, type ShareReplyOptions } from '../operators/share/shareReply.js';
export { smoothText, type SmoothTextOptions } from '../operators/show/smoothText.js';
export { stopWhen, type StopPredicate, type StopWhenOptions } from '../operators/protect/stopWhen.js';
export { takeUntilCancel, type TakeUntilCancelOptions } from '../operators/protect/takeUntilCancel.js';
export { timeoutReply, type TimeoutReplyOptions } from '../operators/protect/timeoutReply.js';
export { toEvents, type ReplyEvent } from '../operators/show/toEvents.js';
export { toParts } from '../operators/show/toParts.js';
export { toReplyState, type ReplyState, type ReplyStateFields } from '../operators/show/toReplyState.js';
export { toText } from '../operators/show/toText.js';
export { withCost, type PricePerMillion, type WithCostOptions } from '../operators/measure/withCost.js';
export { withMetrics, type ReplyReport, type WithMetricsOptions } from '../operators/measure/withMetrics.js';
export { withProgress, type WithProgressOptions } from '../operators/show/withProgress.js';
export type { Chat } from './chat/chat.js';
export type { ChatClient, TokenQuestion } from './chat/chatClient.js';
export type { ChatJson, TurnJson } from './chat/chatJson.js';
export type { ChatConfig, ChatOptions } from './chat/chatOptions.js';
export type { ChatStatus } from './chat/chatState.js';
export type { CallableTools, ChatTool, ChatTools, ToolDeclaration } from './chat/chatTools.js';
export { createChat } from './chat/createChat.js';
export type { KeepPartial } from './chat/cutOff.js';
export type { ChatMessage } from './chat/message.js';
export type { ChatWindow } from './chat/sendWindow.js';
export type { CancelledTurn, CompleteTurn, FailedTurn, OpenTurn, Turn, TurnBase, TurnStatus } from './chat/turn.js';
export type {
  Cancelled,
  EndedToolRun,
  OpenToolRun,
  Queued,
  ReplyCost,
  ReplyMetrics,
  ReplyProgress,
  Resumed,
  Stopped,
  ToolRun,
  ToolRunBase,
  WithCost,
  WithMetrics,
  WithProgress,
} from './chunk/annotations.js';
export { ChunkBuilder } from './chunk/chunkBuilder.js';
export { contentsOf, type Content, type ContentPart } from './chunk/contentsOf.js';
export { emptyChunk } from './chunk/emptyChunk.js';
export { functionCallsOf, type FunctionCall } from './chunk/functionCallsOf.js';
export type { GeminiChunk, GeminiResponse, ReplySnapshot } from './chunk/geminiChunk.js';
export { hasContent } from './chunk/hasContent.js';
export { isNotice } from './chunk/isNotice.js';
export { mergeChunks } from './chunk/mergeChunks.js';
export { citationsOf, finishReasonOf, partsOf, textOf, thoughtsOf, usageOf } from './chunk/readers.js';
export type { CitationPart, FinishPart, PartMarks, ReplyPart } from './chunk/replyPart.js';
export { toChunk } from './chunk/toChunk.js';
export type {
  Candidate,
  CandidateContent,
  Citation,
  CitationMetadata,
  FunctionCallPiece,
  FunctionResponsePiece,
  PartialArg,
  Part,
  PromptBlockReason,
  PromptFeedback,
  ReplyFinishReason,
  ToolMedia,
  UsageMetadata,
} from './chunk/wire.js';
export type {
  GroundingChunk,
  GroundingMetadata,
  GroundingSegment,
  GroundingSupport,
  LogprobsCandidate,
  LogprobsResult,
  SafetyRating,
  UrlContextMetadata,
} from './chunk/wireMetadata.js';
export { fallback, type FallbackOptions } from '../operators/protect/fallback.js';
export { hedge, type HedgeOptions } from '../operators/protect/hedge.js';
export { rateLimit, type RateLimiter, type RateLimitOptions } from '../operators/protect/rateLimit.js';
export { GeminiError, isGeminiError, type GeminiErrorInit, type GeminiErrorJson } from './errors/geminiError.js';
export type { GeminiErrorKind, OverflowLimit } from './errors/kinds.js';
export { toGeminiError, type ToGeminiErrorContext } from './errors/toGeminiError.js';
export type { DeliveryOptions } from './sinks/deliverable.js';
export type { EventOptions, SseOptions } from './sinks/eventsOf.js';
export { pipeToServerResponse, type PipeToServerResponseOptions } from './sinks/pipeToServerResponse.js';
export { serveWebSocket, type ServeWebSocketOptions } from './sinks/serveWebSocket.js';
export type { ServerResponseLike, ServerSocketLike, ServerStreamLike } from './sinks/serverPort.js';
export type { AnnotationName } from './sinks/sentAnnotations.js';
export type { SseFormat } from './sinks/sseEncoder.js';
export type { StallOptions } from './sinks/stallLimit.js';
export { toAsyncIterable, type PullOptions } from './sinks/toAsyncIterable.js';
export { toReadableStream } from './sinks/toReadableStream.js';
export { toSse, type SseMessage } from './sinks/toSse.js';
export { toSseResponse, type RequestLike, type SseResponseOptions } from './sinks/toSseResponse.js';
export { toSseText } from './sinks/toSseText.js';
export { toWebSocket, type ToWebSocketOptions } from './sinks/toWebSocket.js';
export type { SocketOptions, WebSocketLike } from './sinks/webSocketPort.js';
export type { GeneratingClient, StreamingClient } from './sources/client.js';
export { continueFrom, type ContinueFromOptions } from './sources/continueFrom.js';
export { fromGemini, type FromGeminiOptions } from './sources/fromGemini.js';
export { fromGenerate } from './sources/fromGenerate.js';
export { fromSse, type FromSseOptions } from './sources/fromSse.js';
export { fromStream } from './sources/fromStream.js';
export type { RecordedExchange } from './recording/playExchange.js';
export type { RecordingText } from './recording/recordingPieces.js';
export { replay, type RecordedExchanges, type ReplayOptions, type ReplaySource } from './recording/replay.js';
export type { FromSseInit } from './sources/sseRequest.js';
