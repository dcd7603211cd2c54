export { blockedChunk, callChunk, chunk, finishChunk, partsChunk, thoughtChunk, usageChunk } from './chunks.js';
export { type FakeCall, type FakeParams } from './fakeCall.js';
export { fakeGemini, type FakeGemini, type FakeScript } from './fakeGemini.js';
export { type FakeAnswer, type FakeChunk, type FakeReply } from './fakeReply.js';
export { marbles, type MakeMarbleReply, type MarbleHelpers, type MarbleReply, type MarblesOptions } from './marbles.js';
