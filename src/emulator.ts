export { apiError, type ApiErrorBody, type ApiErrorOptions } from './emulator/apiError.js';
export type {
  EmulatorConnection,
  EmulatorDrop,
  EmulatorErrorAfter,
  EmulatorGarbageAfter,
  EmulatorPosition,
  EmulatorStall,
} from './emulator/connection.js';
export { defaultReply, type DefaultReplyOptions } from './emulator/defaultReply.js';
export type {
  EmulatorAction,
  EmulatorExchange,
  EmulatorInteractionRequest,
  EmulatorRequest,
} from './emulator/exchange.js';
export type {
  EmulatorEvent,
  EmulatorFollowUp,
  EmulatorFollowUps,
  EmulatorInteraction,
} from './emulator/interactions/interactionScenario.js';
export type { EmulatorLiveConnection } from './emulator/live/emulatorLiveConnection.js';
export {
  replayRecording,
  type RecordedResponse,
  type Recording,
  type ReplayRecordingOptions,
} from './emulator/replayRecording.js';
export type { EmulatorFetchOptions } from './emulator/emulatorService.js';
export type { EmulatorAnswer, EmulatorChunk, EmulatorReply, EmulatorScenario } from './emulator/scenario.js';
export { startEmulator, type Emulator, type EmulatorOptions } from './emulator/startEmulator.js';
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
