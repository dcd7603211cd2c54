export { apiError, type ApiErrorBody, type ApiErrorOptions } from './apiError.js';
export { defaultReply, type DefaultReplyOptions } from './defaultReply.js';
export type { EmulatorAction, EmulatorExchange, EmulatorRequest } from './exchange.js';
export { replayRecording, type RecordedResponse, type Recording, type ReplayOptions } from './replayRecording.js';
export type {
  EmulatorAnswer,
  EmulatorChunk,
  EmulatorDrop,
  EmulatorErrorAfter,
  EmulatorGarbageAfter,
  EmulatorPosition,
  EmulatorReply,
  EmulatorScenario,
  EmulatorStall,
} from './scenario.js';
export { startEmulator, type Emulator, type EmulatorOptions } from './startEmulator.js';
