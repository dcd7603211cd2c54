export { blockedChunk, callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from './testing/chunks.js';
export { type FakeCall, type FakeParams } from './testing/fakeCall.js';
export { fakeGemini, type FakeGemini, type FakeScript } from './testing/fakeGemini.js';
export { type FakeAnswer, type FakeChunk, type FakeReply } from './testing/fakeReply.js';
export {
  marbles,
  type MakeMarbleReply,
  type MarbleHelpers,
  type MarbleReply,
  type MarblesOptions,
} from './testing/marbles.js';
