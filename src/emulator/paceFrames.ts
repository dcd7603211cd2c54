import { faultsAfterChunks } from './faults.js';
import type { Frame } from './frames.js';
import type { EmulatorScenario } from './scenario.js';
import { send, type Step, wait } from './steps.js';
import type { WireFormat } from './wireFormat.js';

/** Turns frames into steps: adds the waits between them, and the faults of the scenario after a number of chunks. */
export async function* paceFrames(
  frames: AsyncIterable<Frame> | Iterable<Frame>,
  scenario: EmulatorScenario,
  format: WireFormat,
): AsyncGenerator<Step> {
  const { firstDelay = 0, pace = 0, eventsPerPacket = 1 } = scenario;
  if (firstDelay > 0) yield wait(firstDelay);
  let chunks = 0;
  yield* faultsAfterChunks(chunks, scenario, format);
  for await (const { content, isChunk, isLast } of frames) {
    if (isChunk && chunks > 0 && chunks % eventsPerPacket === 0 && pace > 0) yield wait(pace);
    yield send(content, isChunk ? 1 : 0, isLast);
    if (!isChunk) continue;
    chunks += 1;
    yield* faultsAfterChunks(chunks, scenario, format);
  }
}
