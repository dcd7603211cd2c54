export { blockedChunk, callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from './testing/chunks.js';
export { type FakeCall, type FakeParams } from './testing/fakeCall.js';
export { fakeGemini, type FakeGemini, type FakeScript } from './testing/fakeGemini.js';
export {
  type FakeGetParams,
  type FakeInteractionParams,
  type FakeInteractionsApi,
  type FakeRequestOptions,
} from './testing/fakeInteractions.js';
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
