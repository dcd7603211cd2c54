import type { Frame } from './frames.js';
import { withFaultsAtBytes } from './faults.js';
import { withFaultsAtTimes } from './faultsAtTimes.js';
import { paceFrames } from './paceFrames.js';
import { cutPackets, joinPackets } from './packets.js';
import type { EmulatorScenario } from './scenario.js';
import type { Step } from './steps.js';
import type { WireFormat } from './wireFormat.js';
import { withHeartbeats } from './withHeartbeats.js';

/** The answer to one request, ready to be written. */
export interface AnswerPlan {
  readonly status: number;
  readonly contentType: string;
  /** The wait before the headers, in ms. */
  readonly headersDelay: number;
  /** The steps after the headers. */
  readonly steps: AsyncIterable<Step>;
}

/** Plans an answer of frames: adds the pace, the packets, the heartbeats and the faults of the scenario. */
export function planFrames(
  scenario: EmulatorScenario,
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  format: WireFormat,
  signal: AbortSignal,
): AnswerPlan {
  const { status = 200, headersDelay = 0, heartbeat, eventsPerPacket = 1, packetBytes } = scenario;
  let steps = paceFrames(frames, scenario, format);
  if (eventsPerPacket > 1) steps = joinPackets(steps, eventsPerPacket);
  if (heartbeat !== undefined && format.comment) steps = withHeartbeats(steps, heartbeat, format.comment);
  steps = withFaultsAtBytes(steps, scenario, format);
  if (packetBytes !== undefined) steps = cutPackets(steps, packetBytes);
  steps = withFaultsAtTimes(steps, scenario, format, signal);
  return { status, contentType: format.contentType, headersDelay, steps };
}
