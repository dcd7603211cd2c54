export { defaultLiveReply, type DefaultLiveReplyOptions } from './live/script/defaultLiveReply.js';
export type { LiveAction, LiveAnswer, LiveClose, LiveStep, LiveTurn } from './live/script/liveAnswer.js';
export type { LiveConnection } from './live/script/liveConnection.js';
export type { LiveFaults, LiveGoAway, LivePosition } from './live/script/liveFaults.js';
export type {
  LiveConnectionScript,
  LiveInterruption,
  LiveOpening,
  LiveReply,
  LiveReplyContext,
  LiveScript,
  LiveScripts,
} from './live/script/liveScript.js';
export { formatLiveRecording, type LiveFrame, parseLiveRecording } from './live/script/liveRecording.js';
export type { LiveSetup } from './live/script/liveSetup.js';
export { replayLiveRecording, type ReplayLiveRecordingOptions } from './live/script/replayLiveRecording.js';
export { blockedChunk, callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from './testing/chunks.js';
export { type FakeCall, type FakeParams } from './testing/fakeCall.js';
export { fakeGemini, type FakeGemini, type FakeGeminiOptions, type FakeScript } from './testing/fakeGemini.js';
export {
  type FakeGetParams,
  type FakeInteractionParams,
  type FakeInteractionsApi,
  type FakeRequestOptions,
} from './testing/fakeInteractions.js';
export {
  type FakeLiveApi,
  type FakeLiveCallbacks,
  type FakeLiveParams,
  type FakeLiveSession,
} from './testing/fakeLiveApi.js';
export { type FakeAnswer, type FakeChunk, type FakeReply } from './testing/fakeReply.js';
export { fakeWebSocket, type FakeWebSocket, type FakeWebSocketClass } from './testing/fakeWebSocket.js';
export {
  completedEvent,
  createdEvent,
  deltaEvent,
  errorEvent,
  statusEvent,
  stepStartEvent,
  stepStopEvent,
  textEvent,
  type InteractionFields,
} from './testing/interactionEventMakers.js';
export {
  marbles,
  type MakeMarbleReply,
  type MarbleHelpers,
  type MarbleReply,
  type MarblesOptions,
} from './testing/marbles.js';
